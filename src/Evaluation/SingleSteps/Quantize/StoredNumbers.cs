namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>
/// The numbers of a calibration folder for a plan, without those of groups that the plan keeps in FP32: their layers have the original
/// network's numbers. For a plan exactly as its run wrote it, nothing is left out.
/// </summary>
internal sealed class StoredNumbers(Plan plan, IReadOnlyList<LayerGroup> groups)
{
    private readonly HashSet<string> _float32 = Nodes(plan, groups);

    public IReadOnlyDictionary<string, float[]> Biases(IReadOnlyDictionary<string, float[]> stored) => Quantized(stored);

    public LearnedParameters Learned(LearnedParameters stored) =>
        stored with { Weights = Quantized(stored.Weights), Biases = Quantized(stored.Biases) };

    private static HashSet<string> Nodes(Plan plan, IReadOnlyList<LayerGroup> groups)
    {
        var kept = plan.Groups
            .Where(decision => decision.Format.IsBaseline)
            .Select(decision => decision.Group)
            .ToHashSet(StringComparer.Ordinal);
        return groups
            .Where(group => kept.Contains(group.Name))
            .SelectMany(group => group.Nodes)
            .Select(node => node.Name)
            .ToHashSet(StringComparer.Ordinal);
    }

    private Dictionary<string, T> Quantized<T>(IReadOnlyDictionary<string, T> stored) =>
        stored.Where(entry => !_float32.Contains(entry.Key)).ToDictionary(entry => entry.Key, entry => entry.Value, StringComparer.Ordinal);
}
