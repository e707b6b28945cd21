using Cluster.Evaluation.SingleSteps.Quantize;

namespace Cluster.Reproductions.Vitis;

/// <summary>What came of the text's examples and experiment here; its JSON form is the command's `--json`.</summary>
/// <param name="Examples">Numbers that the text prints, or that follow from its formulas.</param>
/// <param name="Float32">The network, in ONNX Runtime.</param>
/// <param name="Steps">From every layer in INT8 to a few left in FP32.</param>
/// <param name="Seconds">All of it.</param>
public sealed record VitisFigures(
    IReadOnlyList<VitisExample> Examples, MeasuredAccuracy Float32, IReadOnlyList<VitisStep> Steps, double Seconds);

/// <summary>A number of the text.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Text">As it is printed there, or follows from what is printed.</param>
/// <param name="Here">Computed by this program.</param>
/// <param name="Remark">Why the two differ; null where they agree.</param>
public sealed record VitisExample(string Name, string Text, string Here, string? Remark = null);

/// <summary>A plan of the experiment.</summary>
/// <param name="Kept">Groups in FP32, most sensitive first.</param>
/// <param name="Accuracy">In ONNX Runtime.</param>
public sealed record VitisStep(IReadOnlyList<string> Kept, MeasuredAccuracy Accuracy);
