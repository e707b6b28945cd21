namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>One group.</summary>
/// <param name="OutputShape">For one image, without the batch.</param>
/// <param name="Macs">Multiply-accumulates an image.</param>
/// <param name="Why">Why it cannot be quantized; null where it can.</param>
/// <param name="Precision">In a quantized file: "int8" or "float32", "int8 + float32" where some of its products are in either; of
/// weights in codes "int4 weights"; else null.</param>
/// <param name="Nodes">Names in order, where they were asked for.</param>
public sealed record InspectGroup(
    int Index,
    string Name,
    IReadOnlyList<string> Operators,
    IReadOnlyList<long> OutputShape,
    long Macs,
    long Parameters,
    bool Quantizable,
    string? Why,
    string? Precision,
    IReadOnlyList<InspectNode>? Nodes);
