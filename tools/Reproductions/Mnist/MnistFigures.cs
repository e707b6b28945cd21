namespace Cluster.Reproductions.Mnist;

/// <summary>What came of the text's experiment here; its JSON form is the command's `--json`.</summary>
/// <param name="Float32">The trained network, in ONNX Runtime.</param>
/// <param name="Int8">The QDQ file, in ONNX Runtime.</param>
/// <param name="Integer">The same file in integer arithmetic only: correct images.</param>
/// <param name="Codes">Tensor by tensor, in the order of execution.</param>
/// <param name="Int4">Weights and activations of every layer in 4 bits, without training.</param>
/// <param name="Int4Trained">The same after quantization-aware training.</param>
/// <param name="Seconds">All of it.</param>
public sealed record MnistFigures(
    MeasuredAccuracy Float32,
    MeasuredAccuracy Int8,
    int Integer,
    IReadOnlyList<CodeDifference> Codes,
    MeasuredAccuracy Int4,
    MeasuredAccuracy Int4Trained,
    double Seconds);

/// <summary>The integer executor's codes of a tensor against ONNX Runtime's of the same file.</summary>
/// <param name="Elements">Compared.</param>
/// <param name="Different">Of them.</param>
/// <param name="Largest">Difference, in codes.</param>
public sealed record CodeDifference(string Tensor, long Elements, long Different, int Largest);
