namespace Cluster.Reporting.Models;

/// <summary>A measured plan and its place among the others.</summary>
/// <param name="Measured">The plan with its measurements.</param>
/// <param name="Roles">Its roles in the result.</param>
/// <param name="OnFront">Whether no other plan beats it in both accuracy and latency.</param>
/// <param name="Metric">The job's metric.</param>
/// <param name="Float32">FP32's measurements.</param>
public sealed record PlanPoint(ResultPlan Measured, PlanRoles Roles, bool OnFront, MetricKind Metric, ResultPlan Float32)
{
    /// <summary>The plan.</summary>
    public Plan Plan => Measured.Plan;

    /// <summary>Its accuracy on the whole evaluation set, or else on a part, if measured.</summary>
    public ResultAccuracy? Accuracy => Measured.Accuracy;

    /// <summary>Its latency, if measured.</summary>
    public ResultLatency? Latency => Measured.Latency;

    /// <summary>
    /// Percentage points of the metric lost against FP32 on the same images, or the rise of RMSE in percent of FP32's; negative for a gain,
    /// null if the metric compares with FP32 itself.
    /// </summary>
    public double? DropPoints => (Accuracy, Float32.Accuracy) is ({ } accuracy, { } float32)
        ? Metric.Scale(float32.Level(Metric)).Percentage(accuracy.Drop)
        : null;

    /// <summary>
    /// Its median scaled as if the FP32 run next to it took as long as FP32 in the first observation: drift of the machine between
    /// observations then does not look like a difference between plans.
    /// </summary>
    public double? ComparableMs => Latency?.MedianMs * Scale;

    /// <summary>Its interquartile range, scaled alike.</summary>
    public double? ComparableIqrMs => Latency?.IqrMs * Scale;

    /// <summary>Its level by the job's metric, on the scale that decides: <see cref="ResultAccuracy.Level"/>.</summary>
    public double? Level => Accuracy?.Level(Metric);

    /// <summary>The 95 % interval of <see cref="Level"/>; null for FP32 where the images have no labels.</summary>
    public Interval? LevelInterval =>
        IsAgainstFloat32 && Plan.IsBaseline ? null : Accuracy?.LevelInterval(Metric);

    /// <summary>
    /// <see cref="Level"/> with its unit: "91.25%", "0.0131 nats", "23.1 dB", "0.0812"; "FP32 + 0.25" in points where the images have no
    /// labels. None on a part of the images where only the drop can be compared with FP32's.
    /// </summary>
    public string LevelText => IsPart && DropPoints is not null ? Figures.None
        : $"{(IsAtLeast ? "≥ " : string.Empty)}{(Level is { } level ? Text(level) : Figures.None)}{OfPart}";

    /// <summary>The drop against FP32 for a table: "0.25", or "≤ 1.62" where labels that would tell it exactly were not needed.</summary>
    public string DropText =>
        $"{(IsAtLeast ? "≤ " : string.Empty)}{Figures.Points(DropPoints)}{(DropPoints is null ? string.Empty : OfPart)}";

    /// <summary>Whether the images have labels, so that it is known how many are right.</summary>
    public bool IsCounted => Accuracy is { Correct: not null };

    /// <summary>Whether it was measured on a part of the images.</summary>
    public bool IsPart => Accuracy?.Total < Float32.Accuracy?.Total;

    /// <summary><see cref="LevelInterval"/> with its unit, the smaller figure first.</summary>
    public string? LevelIntervalText => LevelInterval is not { } interval ? null
        : IsAgainstFloat32 ? $"{Text(interval.Low)} to {Text(interval.High)}"
        : Metric.CountsImages() ? $"{Figures.Points(100 * interval.Low)}–{Figures.Percent(interval.High)}"
        : Metric.IsReversed() ? $"{Text(interval.High)}–{Text(interval.Low)}"
        : $"{Text(interval.Low)}–{Text(interval.High)}";

    /// <summary>FP32's median over its own, both of the same interleaved measurement.</summary>
    public double? SpeedUp => Latency?.SpeedUp;

    /// <summary>The 95 % interval of <see cref="SpeedUp"/>, if measured.</summary>
    public Interval? SpeedUpInterval => Latency is { Ci95: [> 0 and var low, > 0 and var high] } && !Plan.IsBaseline
        ? new Interval(Latency.Float32MedianMs / high, Latency.Float32MedianMs / low)
        : null;

    /// <summary>Whether it has both coordinates of the front; a level on a part of the images is not comparable.</summary>
    public bool IsComplete => Level is not null && !IsPart && ComparableMs is not null;

    private double Scale => Float32.Latency is { } float32 && Latency is { Float32MedianMs: > 0 and var beside }
        ? float32.MedianMs / beside
        : 1;

    // Without labels FP32's share of right answers is not known, and counts as 1.
    private bool IsAgainstFloat32 => Accuracy is { Unlabelled: not null };

    private string Text(double level) => !IsAgainstFloat32 ? MetricFigures.Level(Metric, level)
        : Plan.IsBaseline ? PlanNames.Float32
        : MetricFigures.AgainstFloat32(level - 1);

    private string OfPart => IsPart ? $" on {Accuracy!.Total:N0}" : string.Empty;

    private bool IsAtLeast => Accuracy is { Unlabelled: > 0 };
}

/// <summary>A plan's roles in the result; one plan can have several.</summary>
[Flags]
public enum PlanRoles
{
    /// <summary>An ordinary candidate.</summary>
    None = 0,

    /// <summary>The unquantized network.</summary>
    Float32 = 1,

    /// <summary>All groups in 8 bits, min-max ranges, no correction.</summary>
    Int8 = 2,

    /// <summary>All groups in 8 bits with the best calibrator and bias correction.</summary>
    Int8Best = 4,

    /// <summary>The winner.</summary>
    Winner = 8,
}
