namespace Cluster.Reproductions.Pytorch;

/// <summary>The text's ways of quantizing on one network; its JSON form is the command's `--json`.</summary>
/// <param name="Ways">FP32 first.</param>
/// <param name="Total">Evaluation samples.</param>
/// <param name="Seconds">All of it.</param>
public sealed record PytorchFigures(IReadOnlyList<PytorchWay> Ways, int Total, double Seconds);

/// <summary>A way of quantizing, and the error analysis that the text asks for.</summary>
/// <param name="Name">As the text calls it.</param>
/// <param name="Bytes">Of the file.</param>
/// <param name="Correct">Samples whose largest output is their label's.</param>
/// <param name="MeanSquaredError">Of the outputs from FP32's.</param>
/// <param name="MeanAbsoluteError">The same of magnitudes.</param>
public sealed record PytorchWay(string Name, long Bytes, int Correct, double MeanSquaredError, double MeanAbsoluteError);
