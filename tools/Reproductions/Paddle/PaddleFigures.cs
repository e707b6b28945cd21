namespace Cluster.Reproductions.Paddle;

/// <summary>The text's methods on one network.</summary>
/// <param name="Float32">The network, in ONNX Runtime.</param>
/// <param name="Activations">Methods for activations, everything in 8 bits.</param>
/// <param name="SymmetricActivations">The same with PaddleSlim's symmetric ranges and its own candidates.</param>
/// <param name="Granularities">One scale a weight and one a channel, everything in 8 bits.</param>
/// <param name="Weights">Methods for weights, weights in <paramref name="WeightBits"/> bits and activations in 8.</param>
/// <param name="WeightBits">Few enough that the methods differ.</param>
public sealed record PaddleFigures(
    MeasuredAccuracy Float32,
    IReadOnlyList<PaddleMethod> Activations,
    IReadOnlyList<PaddleMethod> SymmetricActivations,
    IReadOnlyList<PaddleMethod> Granularities,
    IReadOnlyList<PaddleMethod> Weights,
    int WeightBits);

/// <summary>A row of the text's table.</summary>
/// <param name="Name">As PaddleSlim calls it.</param>
/// <param name="Here">As this program's options call it.</param>
/// <param name="Accuracy">In ONNX Runtime.</param>
public sealed record PaddleMethod(string Name, string Here, MeasuredAccuracy Accuracy);
