namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>One node of a group.</summary>
/// <param name="Precision">In a quantized file: what it reads ("int8", "float32", or both where inputs differ:
/// "mixed"), or that its weights are codes ("int4 weights"); else null.</param>
public sealed record InspectNode(string Name, string Operator, string? Precision);
