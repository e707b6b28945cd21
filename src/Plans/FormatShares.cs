namespace Cluster.Plans;

/// <summary>Describes how many groups of a plan run in each format.</summary>
public static class FormatShares
{
    /// <summary>
    /// "20 of 22 groups in int8"; with several formats "22 of 22 groups quantized: 2 in int8, 20 in w4a4".
    /// </summary>
    public static string Of(Plan plan) => Of(plan, format => format.Text, per: " of ");

    /// <summary>As <see cref="Of(Plan)"/>, for people: "20 of 22 groups in INT8".</summary>
    public static string Titled(Plan plan) => Of(plan, format => format.Title, per: " of ");

    /// <summary>As <see cref="Titled(Plan)"/>, with the layers: "…, 31 of 34 layers with weights".</summary>
    /// <param name="layers">Null: they are not known.</param>
    public static string Titled(Plan plan, LayerCounts? layers) =>
        Titled(plan) + (layers is null ? string.Empty : $", {layers.Quantized} of {layers.All} layers with weights");

    internal static string Of(Plan plan, Func<GroupFormat, string> name, string per)
    {
        var shares = plan.Groups
            .Where(decision => !decision.Format.IsBaseline)
            .GroupBy(decision => decision.Format)
            .OrderByDescending(same => (same.Key.Weights.Bits, same.Key.Activations.Bits))
            .ThenBy(same => same.Key.Text, StringComparer.Ordinal)
            .Select(same => (Format: same.Key, Count: same.Count()))
            .ToArray();
        var share = $"{plan.QuantizedCount}{per}{plan.Groups.Count} groups";

        // A plan that quantizes nothing is described like an 8-bit one.
        return shares.Select(same => same.Format).DefaultIfEmpty(GroupFormat.Int8).ToArray() is [{ IsInt8: true } only]
            ? $"{share} in {name(only)}"
            : $"{share} quantized: {string.Join(", ", shares.Select(same => $"{same.Count} in {name(same.Format)}"))}";
    }
}
