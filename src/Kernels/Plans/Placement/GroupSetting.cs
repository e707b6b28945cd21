namespace Cluster.Kernels.Plans.Placement;

/// <summary>The numeric side of one group's decision.</summary>
/// <param name="Quantize">Quantized, or FP32.</param>
/// <param name="Calibrator">How activation ranges are chosen, e.g. "max", "percentile:99.99", "kl", "mse".</param>
/// <param name="CorrectBias">Whether the output's mean shift is moved into the bias where that lowers the group's error.</param>
/// <param name="WeightBits">Bits of a weight, 2 to 8.</param>
/// <param name="ActivationBits">Bits of the activations that the group reads, 2 to 8; with 8 bits everywhere of its output too.</param>
/// <param name="FloatShortcuts"> Below 8 bits: what else reads the group's input, a shortcut, sees it as it is; only
/// the products see it quantized. LSQ and PACT quantize so; BRECQ and QDrop hand the quantized tensor to all.
/// </param>
public sealed record GroupSetting(
    bool Quantize,
    string Calibrator,
    bool CorrectBias,
    int WeightBits = 8,
    int ActivationBits = 8,
    bool FloatShortcuts = false)
{
    /// <summary>A group that stays in FP32.</summary>
    public static GroupSetting Float32 { get; } = new(false, "", false);

    /// <summary>Whether some number of the group has fewer than 8 bits.</summary>
    public bool IsLowBit => Quantize && (WeightBits < 8 || ActivationBits < 8);
}
