using System.Text.Json.Serialization;

namespace Cluster.Coordinator.Plans;

/// <summary>What is decided for one group.</summary>
/// <param name="Group">The group's name in the search space.</param>
/// <param name="Precision">The format that the group runs in.</param>
/// <param name="Calibrator">How activation ranges are chosen: "max", "percentile:99.99", "kl", "mse".</param>
/// <param name="BiasCorrection">Whether the mean output error of each channel is folded into the bias where that lowers the error.</param>
/// <param name="WeightBits">Bits of a weight, 2 to 8 (32 in FP32 groups).</param>
/// <param name="ActivationBits">Bits of an activation, 2 to 8 (32 in FP32 groups).</param>
/// <param name="Rounding">How weights are rounded: "nearest", or what learned them: "adaround", "brecq", "qdrop", "qat".</param>
/// <param name="FloatShortcuts">Below 8 bits: shortcuts that read the group's input read it unquantized.</param>
public sealed record GroupDecision(
    string Group,
    Precision Precision,
    string Calibrator,
    bool BiasCorrection,
    int WeightBits = 8,
    int ActivationBits = 8,
    string Rounding = "nearest",
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] bool FloatShortcuts = false)
{
    /// <summary>
    /// The one decision that leaves a group in FP32; its other members are neutral, so that equal plans have equal
    /// bytes.
    /// </summary>
    public static GroupDecision Float32(string group) => new(group, Precision.Float32, "none", BiasCorrection: false, 32, 32, "none");

    /// <summary>The decision to run a group in 8 bits with weights rounded to nearest.</summary>
    public static GroupDecision Int8(string group, string calibrator, bool biasCorrection) =>
        new(group, Precision.Int8, calibrator, biasCorrection);

    internal GroupDecision Canonical() => Precision == Precision.Float32 ? Float32(Group) : this;
}
