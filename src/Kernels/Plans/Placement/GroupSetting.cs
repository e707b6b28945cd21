namespace Cluster.Kernels.Plans.Placement;

/// <summary>The numeric side of one group's decision.</summary>
/// <param name="Weights">The format of the weights.</param>
/// <param name="Activations">The format of the activations that the group reads; with 8 bits everywhere of its output
/// too.</param>
/// <param name="Calibrator">How activation ranges are chosen, e.g. "max", "percentile:99.99", "kl", "mse".</param>
/// <param name="CorrectBias">Whether the output's mean shift is moved into the bias where that lowers the group's
/// error.</param>
/// <param name="FloatShortcuts"> Below 8 bits: what else reads the group's input, a shortcut, sees it as it is; only
/// the products see it quantized. LSQ and PACT quantize so; BRECQ and QDrop hand the quantized tensor to all. </param>
public sealed record GroupSetting(
    ElementFormat Weights, ElementFormat Activations, string Calibrator, bool CorrectBias, bool FloatShortcuts = false)
{
    private const int LeastBits = 2;
    private const int MostBits = 8;
    private const int NibbleBits = 4;

    /// <summary>A group that stays in FP32.</summary>
    public static GroupSetting Float32 { get; } = new(ElementFormat.Float32, ElementFormat.Float32, "", false);

    /// <summary>
    /// With weights of 8 bits: a weight has one scale, max|w| / 127 of the whole tensor, not one for each output channel.
    /// </summary>
    public bool PerTensorWeights { get; init; }

    /// <summary>What codes its weights may have.</summary>
    internal WeightForm Form => new(Weights.Bits, PerTensorWeights, Weights == ElementFormat.PairSafe);

    /// <summary>Quantized to integers, or left in FP32.</summary>
    public bool Quantize => Weights.IsInteger && Activations.IsInteger;

    /// <summary>
    /// Whether ONNX Runtime's CPU has integer kernels for the group: they multiply codes of 8 bits, to which it unpacks weights of 4 when
    /// it loads a file. Shortcuts that stay in float (<see cref="FloatShortcuts"/>) are no such kernels' inputs.
    /// </summary>
    public bool HasIntegerKernel => Quantize
        && Activations.Bits == MostBits
        && (Weights.Bits == MostBits || (Weights.Bits == NibbleBits && !FloatShortcuts));

    /// <summary>
    /// Whether there are files and simulations of the group so: in integers of 2 to 8 bits, or in one of FP32, TF32, FP16 and BF16. Which
    /// of these a target runs is the target's to say.
    /// </summary>
    public bool IsTaken => Quantize
        ? Fits(Weights) && Fits(Activations)
        : Weights == Activations && ElementFormat.Floats.Contains(Weights);

    /// <summary>A group in integers.</summary>
    /// <param name="weightBits">Bits of a weight, 2 to 8.</param>
    /// <param name="activationBits">Bits of an activation, 2 to 8.</param>
    public static GroupSetting Integer(
        string calibrator, bool correctBias, int weightBits = MostBits, int activationBits = MostBits, bool floatShortcuts = false) =>
        new(ElementFormat.Integer(weightBits), ElementFormat.Integer(activationBits), calibrator, correctBias, floatShortcuts);

    private static bool Fits(ElementFormat format) => format.Bits is >= LeastBits and <= MostBits;
}
