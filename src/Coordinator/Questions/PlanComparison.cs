namespace Cluster.Coordinator.Questions;

/// <summary>Compares two plans. Differences are the second minus the first. Shares are fractions.</summary>
/// <param name="First">The first side.</param>
/// <param name="Second">The second side.</param>
/// <param name="Gain">The second's accuracy minus the first's; null if the images are not the same.</param>
/// <param name="GainCi95">95 % interval of that, paired image by image; null without <paramref name="Gain"/>.</param>
/// <param name="Speed">The second's speedup over the first, both relative to FP32; null if they cannot be compared.</param>
/// <param name="SpeedCi95">95 % interval of that; null without <paramref name="Speed"/>.</param>
/// <param name="Groups">Groups with different decisions, in the network's order.</param>
/// <param name="Notes">What could not be compared and why, one sentence each.</param>
public sealed record PlanComparison(
    ComparedSide First,
    ComparedSide Second,
    double? Gain,
    IReadOnlyList<double>? GainCi95,
    double? Speed,
    IReadOnlyList<double>? SpeedCi95,
    IReadOnlyList<GroupDifference> Groups,
    IReadOnlyList<string> Notes)
{
    private const double Confidence = 0.95;

    /// <summary>The metric of both; null: the default.</summary>
    public MetricKind? Metric { get; private init; }

    /// <summary>Which is more accurate; null if that is not compared.</summary>
    public BetterSide? MoreAccurate => Better(GainCi95, 0);

    /// <summary>Which is faster; null if that is not compared.</summary>
    public BetterSide? Faster => Better(SpeedCi95, 1);

    /// <summary>Compares two plans by their measurements.</summary>
    public static PlanComparison Of(ComparedPlan first, ComparedPlan second)
    {
        var notes = new List<string>();
        var paired = Paired(first, second, notes);
        var drop = paired?.DropInterval(Confidence);
        var speed = SpeedOf(first, second, notes);
        return new PlanComparison(
            ComparedSide.Of(first),
            ComparedSide.Of(second),
            -paired?.Drop,
            drop is { } interval ? [-interval.High, -interval.Low] : null,
            speed?.Ratio,
            speed is { } known ? [known.Low, known.High] : null,
            Differences(first.Plan, second.Plan, notes),
            notes)
        {
            Metric = (first.Spec ?? second.Spec)?.Options.Metric,
        };
    }

    private static BetterSide? Better(IReadOnlyList<double>? interval, double same) => interval switch
    {
        [var low, _] when low > same => BetterSide.Second,
        [_, var high] when high < same => BetterSide.First,
        null => null,
        _ => BetterSide.Unclear,
    };

    private static PairedDrop? Paired(ComparedPlan first, ComparedPlan second, List<string> notes)
    {
        if (first is not { Accuracy: { } before, Spec: { } one } || second is not { Accuracy: { } after, Spec: { } other })
        {
            notes.Add("Accuracies are not compared: one of the plans was not measured on a job's evaluation images.");
            return null;
        }

        if (!string.Equals(one.Data.Evaluation, other.Data.Evaluation, StringComparison.Ordinal) || before.Total != after.Total)
        {
            notes.Add("Accuracies are not compared image by image: the two were measured on other evaluation images.");
            return null;
        }

        if (one.Options.Measure != other.Options.Measure)
        {
            notes.Add(
                $"Accuracies are not compared: one job judged by {one.Options.Measure.Title()}, the other by "
                + $"{other.Options.Measure.Title()}.");
            return null;
        }

        return PairedDrop.Of(before, after, ImageScope.Full);
    }

    private static (double Ratio, double Low, double High)? SpeedOf(ComparedPlan first, ComparedPlan second, List<string> notes)
    {
        if (first.Latency is not { SpeedUp: { } was } before || second.Latency is not { SpeedUp: { } now } after)
        {
            notes.Add("Latencies are not compared: one of the plans was not timed.");
            return null;
        }

        if ((before.Batch, before.Threads, before.Device, before.Runtime) != (after.Batch, after.Threads, after.Device, after.Runtime)
            || !string.Equals(first.Spec?.ModelDigest, second.Spec?.ModelDigest, StringComparison.Ordinal))
        {
            notes.Add("Latencies are not compared: network, batch, threads, runtime or device are not the same.");
            return null;
        }

        var ratio = now / was;
        var error = Math.Sqrt(Squared(before) + Squared(after));
        var factor = Math.Exp(Normal.Quantile((1 + Confidence) / 2) * error);
        return (ratio, ratio / factor, ratio * factor);
    }

    // The relative error of a plan's time beside FP32's: of the ratio of runs in turn, if there is an interval of it, else of both medians.
    private static double Squared(LatencyResult timed) => timed is { LowMs: > 0 and var low, HighMs: > 0 and var high }
        ? Math.Pow(Math.Log(high / low) / (2 * Normal.Quantile((1 + Confidence) / 2)), 2)
        : Squared(timed.IqrMs, timed.MedianMs, timed.Count) + Squared(timed.Float32IqrMs, timed.Float32MedianMs, timed.Count);

    // A median's standard error is about 1.25 σ/√n, and σ about IQR/1.349 (McGill, Tukey and Larsen 1978).
    private static double Squared(double iqr, double median, int count) => Math.Pow(1.25 * iqr / 1.349 / median, 2) / Math.Max(1, count);

    private static GroupDifference[] Differences(Plan first, Plan second, List<string> notes)
    {
        if (!first.Groups.Select(group => group.Group).SequenceEqual(second.Groups.Select(group => group.Group)))
        {
            notes.Add("Groups are not compared: the two plans are of other networks.");
            return [];
        }

        return
        [
            .. first.Groups.Zip(second.Groups)
                .Where(pair => pair.First != pair.Second)
                .Select(pair => new GroupDifference(pair.First.Group, pair.First, pair.Second)),
        ];
    }
}

/// <summary>A group with different decisions in two plans.</summary>
/// <param name="Group">Its name.</param>
/// <param name="First">Its decision in the first.</param>
/// <param name="Second">Its decision in the second.</param>
public sealed record GroupDifference(string Group, GroupDecision First, GroupDecision Second);

/// <summary>One side of a comparison.</summary>
/// <param name="Name">Its name: a folder or a file.</param>
/// <param name="Plan">The plan.</param>
/// <param name="Accuracy">Its accuracy on the whole evaluation set; null if not measured.</param>
/// <param name="Latency">Its latency; null if not measured.</param>
/// <param name="Spec">The job that measured it; null if none did.</param>
public sealed record ComparedPlan(string Name, Plan Plan, AccuracyResult? Accuracy, LatencyResult? Latency, JobSpec? Spec);

/// <summary>The side that is better by more than a 95 % interval.</summary>
public enum BetterSide
{
    /// <summary>The measurements do not tell them apart.</summary>
    Unclear,

    /// <summary>The first.</summary>
    First,

    /// <summary>The second.</summary>
    Second,
}

/// <summary>The data of one side.</summary>
/// <param name="Name">See <see cref="ComparedPlan"/>.</param>
/// <param name="PlanDigest">The plan's identity.</param>
/// <param name="Formats">The number of its groups in each format, in words.</param>
/// <param name="Correct">Evaluation images that it gets right.</param>
/// <param name="Total">Evaluation images.</param>
/// <param name="MedianMs">Median of a run.</param>
/// <param name="Float32MedianMs">Median of the FP32 runs in turn with it.</param>
/// <param name="SizeBytes">Size of its file.</param>
/// <param name="Level">Its mean loss if the metric is a loss (<see cref="AccuracyResult.Level"/>), else null.</param>
/// <param name="Drop">Its drop against FP32 where the images have no labels, so that no share of right answers is known; else null.</param>
public sealed record ComparedSide(
    string Name,
    string PlanDigest,
    string Formats,
    int? Correct,
    int? Total,
    double? MedianMs,
    double? Float32MedianMs,
    long? SizeBytes,
    double? Level = null,
    double? Drop = null)
{
    internal static ComparedSide Of(ComparedPlan plan) => new(
        plan.Name,
        plan.Plan.Digest,
        FormatShares.Of(plan.Plan),
        plan.Accuracy?.Correct,
        plan.Accuracy?.Total,
        plan.Latency?.MedianMs,
        plan.Latency?.Float32MedianMs,
        plan.Accuracy?.SizeBytes,
        plan.Accuracy is { Losses: not null } loss ? loss.Level : null,
        plan.Accuracy?.Drop);
}
