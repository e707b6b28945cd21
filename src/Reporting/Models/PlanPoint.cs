namespace Cluster.Reporting.Models;

/// <summary>A measured plan and its place among the others.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Roles">Its roles in the result.</param>
/// <param name="OnFront">Whether no other plan beats it in both accuracy and latency.</param>
/// <param name="Accuracy">Its accuracy on the whole evaluation set, or else on a part, if measured.</param>
/// <param name="Latency">Its latency, if measured.</param>
/// <param name="DropPoints">Percentage points of the metric lost against FP32 on the same images, or the rise of RMSE in percent of FP32's;
/// negative for a gain, null if the metric compares with FP32 itself.</param>
/// <param name="ComparableMs">Its median scaled as if the FP32 run next to it took as long as FP32 in the first observation: drift of the
/// machine between observations then does not look like a difference between plans.</param>
/// <param name="ComparableIqrMs">Its interquartile range, scaled alike.</param>
public sealed record PlanPoint(
    Plan Plan,
    PlanRoles Roles,
    bool OnFront,
    AccuracyResult? Accuracy,
    LatencyResult? Latency,
    double? DropPoints,
    double? ComparableMs,
    double? ComparableIqrMs)
{
    /// <summary>Where the images have no labels: the changes against FP32; null for FP32.</summary>
    public PairedDrop? Changes { get; init; }

    /// <summary>Its level by the job's metric, on the scale that decides: <see cref="AccuracyResult.Level"/>.</summary>
    public double? Level => Accuracy is { Total: > 0 } accuracy ? accuracy.Level : null;

    /// <summary>
    /// The 95 % interval of <see cref="Level"/>: Wilson's of a share of images, Student's t of a mean loss; where the images have no
    /// labels, that of the changes against FP32.
    /// </summary>
    public Interval? LevelInterval => Accuracy switch
    {
        { Drop: not null } => Changes?.DropInterval(0.95) is { } drop ? new Interval(1 - drop.High, 1 - drop.Low) : null,
        { Losses: { } losses } => PairedLosses.Of([.. SampleLosses.Values(losses)]).DropInterval(0.95) is var interval
            ? Metric.IsCommand() ? interval : interval with { Low = Math.Max(0, interval.Low) }
            : null,
        { Total: > 0 } accuracy => WilsonInterval.Of(accuracy.Correct, accuracy.Total),
        _ => null,
    };

    /// <summary>Its metric.</summary>
    public MetricKind Metric => Accuracy?.Metric ?? MetricKind.Top1;

    /// <summary>
    /// <see cref="Level"/> with its unit: "91.25%", "0.0131 nats", "23.1 dB", "0.0812". None on a part of the images where only the drop
    /// can be compared with FP32's.
    /// </summary>
    public string LevelText => IsPart && DropPoints is not null ? Figures.None
        : $"{(IsAtLeast ? "≥ " : string.Empty)}{MetricFigures.Level(Metric, Level)}{OfPart}";

    /// <summary>The drop against FP32 for a table: "0.25", or "≤ 1.62" where labels that would tell it exactly were not needed.</summary>
    public string DropText =>
        $"{(IsAtLeast ? "≤ " : string.Empty)}{Figures.Points(DropPoints)}{(DropPoints is null ? string.Empty : OfPart)}";

    /// <summary>Whether the images have labels, so that it is known how many are right.</summary>
    public bool IsCounted => Metric.CountsImages() && Accuracy is { Drop: null };

    private bool IsPart => Accuracy is { Part: not null };

    private string OfPart => IsPart ? $" on {Figures.Count(Accuracy!.Total)}" : string.Empty;

    private bool IsAtLeast => Accuracy is { Open: not null };

    /// <summary><see cref="LevelInterval"/> with its unit, the smaller figure first.</summary>
    public string? LevelIntervalText => LevelInterval is not { } interval ? null
        : Metric.CountsImages() ? $"{Figures.Points(100 * interval.Low)}–{Figures.Percent(interval.High)}"
        : Metric.IsReversed()
            ? $"{MetricFigures.Level(Metric, interval.High)}–{MetricFigures.Level(Metric, interval.Low)}"
            : $"{MetricFigures.Level(Metric, interval.Low)}–{MetricFigures.Level(Metric, interval.High)}";

    /// <summary>FP32's median over its own, both of the same interleaved measurement.</summary>
    public double? SpeedUp => Latency?.SpeedUp;

    /// <summary>The 95 % interval of <see cref="SpeedUp"/>, if measured.</summary>
    public Interval? SpeedUpInterval => Latency is { LowMs: > 0 and var low, HighMs: > 0 and var high } && !Plan.IsBaseline
        ? new Interval(Latency.Float32MedianMs / high, Latency.Float32MedianMs / low)
        : null;

    /// <summary>Whether it has both coordinates of the front; a level on a part of the images is not comparable.</summary>
    public bool IsComplete => Level is not null && Accuracy!.Part is null && ComparableMs is not null;

    /// <summary>
    /// The plans of a result, each once: baselines and winner, then the front from the fastest, then the rest.
    /// </summary>
    public static IReadOnlyList<PlanPoint> Collect(ReportModel model)
    {
        var outcome = model.Outcome;
        var front = outcome.Front.Select(measurement => measurement.Plan.Digest).ToHashSet(StringComparer.Ordinal);
        var named = new[] { outcome.Float32, outcome.Int8, outcome.Int8Best, outcome.Winner };
        return named
            .OfType<PlanMeasurement>()
            .Concat(outcome.Front)
            .Concat(model.Evaluated)
            .GroupBy(measurement => measurement.Plan.Digest, StringComparer.Ordinal)
            .Select(same => Place(same.ToArray(), outcome, front.Contains(same.Key)))
            .ToArray();
    }

    private static PlanPoint Place(PlanMeasurement[] same, JobOutcome outcome, bool onFront)
    {
        var plan = same[0].Plan;
        var accuracy = same.Select(measurement => measurement.Accuracy).FirstOrDefault(found => found is not null);
        var latency = same.Select(measurement => measurement.Latency).FirstOrDefault(found => found is not null);
        var reference = outcome.Float32.Latency?.MedianMs;
        double? scale = latency is null ? null : reference is { } ms && latency.Float32MedianMs > 0 ? ms / latency.Float32MedianMs : 1;
        return new PlanPoint(
            plan,
            RolesOf(plan, outcome),
            onFront,
            accuracy,
            latency,
            Drop(outcome.Float32.Accuracy, accuracy),
            latency?.MedianMs * scale,
            latency?.IqrMs * scale)
        {
            Changes = accuracy?.Drop is not null && !plan.IsBaseline && outcome.Float32.Accuracy is { } float32
                ? PairedDrop.Of(float32, accuracy)
                : null,
        };
    }

    private static double? Drop(AccuracyResult? float32, AccuracyResult? accuracy) =>
        float32 is { Total: > 0 } && accuracy is { Total: > 0 }
            ? new MetricScale(accuracy.Metric ?? MetricKind.Top1, float32.Level).Percentage(PairedDrop.Of(float32, accuracy).Drop)
            : null;

    private static PlanRoles RolesOf(Plan plan, JobOutcome outcome)
    {
        var roles = PlanRoles.None;
        roles |= plan.Equals(outcome.Float32.Plan) ? PlanRoles.Float32 : PlanRoles.None;
        roles |= plan.Equals(outcome.Int8?.Plan) ? PlanRoles.Int8 : PlanRoles.None;
        roles |= plan.Equals(outcome.Int8Best?.Plan) ? PlanRoles.Int8Best : PlanRoles.None;
        roles |= plan.Equals(outcome.Winner.Plan) ? PlanRoles.Winner : PlanRoles.None;
        return roles;
    }
}
