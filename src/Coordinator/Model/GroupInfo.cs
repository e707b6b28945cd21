namespace Cluster.Coordinator.Model;

/// <summary>One group of the network: what one kernel of the target executes and one decision governs.</summary>
/// <param name="Name">Its name, unique in the network.</param>
/// <param name="Operators">The ONNX operators it joins, in order: "Conv", "Relu".</param>
/// <param name="Macs">Multiply-accumulates per image.</param>
/// <param name="Parameters">Number of weights.</param>
/// <param name="Description">One line for reports.</param>
/// <param name="FloatMacs">Those of <paramref name="Macs"/> that stay in FP32 whatever the group's format; null: none.</param>
public sealed record GroupInfo(
    string Name,
    IReadOnlyList<string> Operators,
    long Macs,
    long Parameters,
    string Description,
    long? FloatMacs = null);
