namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>One node of a group.</summary>
/// <param name="Format">In a quantized file: its inputs ("int8", "float32", or "mixed"), or that its weights are codes ("int4 weights");
/// else null.</param>
public sealed record InspectNode(string Name, string Operator, string? Format);
