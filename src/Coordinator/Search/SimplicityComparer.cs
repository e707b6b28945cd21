using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>
/// A total order of plans, simplest first: FP32 itself, then by changes of precision along the network's edges, groups in FP32, number of
/// distinct calibrators, groups with bias correction, and last the digest.
/// </summary>
public sealed class SimplicityComparer(SearchSpace space) : IComparer<Plan>
{
    /// <inheritdoc/>
    public int Compare(Plan? x, Plan? y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        var order = Key(x).CompareTo(Key(y));
        return order != 0 ? order : string.CompareOrdinal(x.Digest, y.Digest);
    }

    /// <summary>Compares only which groups are quantized, not how: zero for plans that are equally simple in that.</summary>
    public int CompareStructure(Plan x, Plan y)
    {
        var (first, second) = (Key(x), Key(y));
        return (first.Quantized, first.Switches, first.Float32).CompareTo((second.Quantized, second.Switches, second.Float32));
    }

    /// <summary>How many edges between two groups join different precisions.</summary>
    public int Switches(Plan plan) => space.Edges.Count(edge =>
        edge.From >= 0 && edge.To < plan.Groups.Count && plan.Groups[edge.From].Precision != plan.Groups[edge.To].Precision);

    private (bool Quantized, int Switches, int Float32, int Calibrators, int Corrected) Key(Plan plan) =>
    (
        !plan.IsFloat32,
        Switches(plan),
        plan.Groups.Count - plan.Int8Count,
        plan.Groups
            .Where(decision => decision.Precision == Precision.Int8)
            .Select(decision => decision.Calibrator)
            .Distinct(StringComparer.Ordinal)
            .Count(),
        plan.Groups.Count(decision => decision.BiasCorrection)
    );
}
