namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>An input or output of the file.</summary>
/// <param name="Shape">-1 for a size that is not fixed; empty if the file states none.</param>
public sealed record InspectValue(string Name, string Type, IReadOnlyList<long> Shape);
