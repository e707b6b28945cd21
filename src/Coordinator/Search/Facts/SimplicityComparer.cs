namespace Cluster.Coordinator.Search.Facts;

/// <summary>
/// A total order of plans, simplest first: the original network, then by changes of format along the network's edges, number of formats,
/// unchanged groups, number of distinct calibrators, groups with bias correction, groups with learned roundings, and last the digest.
/// </summary>
public sealed class SimplicityComparer(SearchSpace space) : IComparer<Plan>
{
    /// <inheritdoc/>
    public int Compare(Plan? x, Plan? y)
    {
        var order = Key(x!).CompareTo(Key(y!));
        return order != 0 ? order : string.CompareOrdinal(x!.Digest, y!.Digest);
    }

    /// <summary>Compares only the formats of groups, not their calibration: zero if they are equally simple in that.</summary>
    public int CompareStructure(Plan x, Plan y) => Structure(x).CompareTo(Structure(y));

    /// <summary>The key of <see cref="CompareStructure"/>: for sorting many plans, it is computed once per plan.</summary>
    public (bool Quantized, int Switches, int Formats, int Kept) Structure(Plan plan) =>
    (
        !plan.IsBaseline,
        Switches(plan),
        plan.Groups.Select(decision => decision.Format).Distinct().Count(),
        plan.Groups.Count - plan.QuantizedCount
    );

    /// <summary>How many edges between two groups join different formats.</summary>
    public int Switches(Plan plan) => space.Edges.Count(edge =>
        edge.From >= 0 && edge.To < plan.Groups.Count && plan.Groups[edge.From].Format != plan.Groups[edge.To].Format);

    private ((bool, int, int, int) Structure, int Calibrators, int Corrected, int Repaired) Key(Plan plan) =>
    (
        Structure(plan),
        plan.Groups
            .Where(decision => decision.Format.IsCalibrated)
            .Select(decision => decision.Calibrator)
            .Distinct(StringComparer.Ordinal)
            .Count(),
        plan.Groups.Count(decision => decision.BiasCorrection),
        plan.Groups.Count(decision => decision.IsRepaired)
    );
}
