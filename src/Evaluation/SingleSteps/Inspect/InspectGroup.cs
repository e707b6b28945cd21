namespace Cluster.Evaluation.SingleSteps.Inspect;

/// <summary>One group.</summary>
/// <param name="OutputShape">For one image, without the batch.</param>
/// <param name="Macs">Multiply-accumulates per image.</param>
/// <param name="Why">Why it cannot be quantized; null if it can.</param>
/// <param name="Format">In a quantized file: "int8" or "float32", or "int8 + float32" if its products differ; for weights in codes "int4
/// weights"; else null.</param>
/// <param name="Nodes">Names in order, if requested.</param>
public sealed record InspectGroup(
    int Index,
    string Name,
    IReadOnlyList<string> Operators,
    IReadOnlyList<long> OutputShape,
    long Macs,
    long Parameters,
    bool Quantizable,
    string? Why,
    string? Format,
    IReadOnlyList<InspectNode>? Nodes);
