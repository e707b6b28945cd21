namespace Cluster.Plans;

/// <summary>The decision for one group.</summary>
/// <param name="Group">The group's name in the search space.</param>
/// <param name="Format">The format that the group runs in.</param>
/// <param name="Calibrator">
/// How activation ranges are chosen: "max", "percentile:99.99", "kl", "mse"; "none" if nothing is an integer.
/// </param>
/// <param name="BiasCorrection">Whether the mean output error of each channel is folded into the bias if that lowers the error.</param>
/// <param name="Rounding">
/// How weights are rounded: "nearest", or the method that made them: "weight-correction", "adaround", "brecq", "qdrop", "qat"; with a
/// colon and the SHA-256 of the numbers, "adaround:9f2c…", if they were made before the exploration, for plans to choose from.
/// </param>
public sealed record GroupDecision(
    string Group,
    GroupFormat Format,
    string Calibrator,
    bool BiasCorrection,
    string Rounding = GroupDecision.Nearest)
{
    /// <summary>The rounding that needs only the weights.</summary>
    public const string Nearest = "nearest";

    /// <summary>Rounding to nearest, with scales that make the deviation of each channel's rounded weights that of FP32's.</summary>
    public const string WeightCorrection = "weight-correction";

    /// <summary>The calibrator that needs only the extremes.</summary>
    internal const string SimplestCalibrator = "max";

    private const string None = "none";
    private const char RepairMark = ':';

    /// <summary>The method that learned the weights, or <see cref="Nearest"/>: <see cref="Rounding"/> up to its colon.</summary>
    [JsonIgnore]
    public string RoundingMethod => IsRepaired ? Rounding[..Rounding.IndexOf(RepairMark, StringComparison.Ordinal)] : Rounding;

    /// <summary>Whether <see cref="Rounding"/> names numbers that were learned before the exploration.</summary>
    [JsonIgnore]
    public bool IsRepaired => Rounding?.Contains(RepairMark, StringComparison.Ordinal) == true;

    /// <summary>SHA-256 of the numbers that <see cref="Rounding"/> names; null if it names none.</summary>
    [JsonIgnore]
    public string? Repair => IsRepaired ? Rounding[(Rounding.IndexOf(RepairMark, StringComparison.Ordinal) + 1)..] : null;

    /// <summary>Whether a method learned the weights, before the exploration or after the search.</summary>
    [JsonIgnore]
    public bool IsLearned => Rounding is not (Nearest or None);

    /// <summary>The rounding text for numbers that a method learned before the exploration.</summary>
    public static string Repaired(string method, string digest) => $"{method}{RepairMark}{digest}";

    /// <summary>Whether a calibrator is named.</summary>
    [JsonIgnore]
    internal bool HasCalibrator => Calibrator != None;

    /// <summary>The decision that keeps a group unchanged; its other members are neutral, so that equal plans have equal bytes.</summary>
    public static GroupDecision Baseline(string group) => new(group, GroupFormat.Baseline, None, BiasCorrection: false, None);

    /// <summary>The decision to run a group in a format, with weights rounded to nearest.</summary>
    public static GroupDecision In(GroupFormat format, string group, string calibrator, bool biasCorrection) =>
        new(group, format, calibrator, biasCorrection);

    internal GroupDecision Calibrated(string usual) => Format.IsCalibrated && !HasCalibrator ? this with { Calibrator = usual } : this;

    /// <summary>The canonical form; itself if it is canonical already, so that equal decisions stay one object.</summary>
    internal GroupDecision Canonical() =>
        Format.IsCalibrated ? this : OrItself(Format.IsBaseline ? Baseline(Group) : new GroupDecision(Group, Format, None, false));

    private GroupDecision OrItself(GroupDecision canonical) => canonical == this ? this : canonical;
}
