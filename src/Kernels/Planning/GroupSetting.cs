namespace Cluster.Kernels.Planning;

/// <summary>The numeric side of one group's decision.</summary>
/// <param name="Quantize">INT8, or FP32.</param>
/// <param name="Calibrator">How activation ranges are chosen, e.g. "max", "percentile:99.99", "kl", "mse".</param>
/// <param name="CorrectBias">Whether the output's mean shift is moved into the bias where that lowers the group's error.</param>
public sealed record GroupSetting(bool Quantize, string Calibrator, bool CorrectBias)
{
    public static GroupSetting Float32 { get; } = new(false, "", false);
}
