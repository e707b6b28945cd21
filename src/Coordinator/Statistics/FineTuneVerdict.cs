namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Whether a trained plan replaces the one it started from: if the paired interval on the evaluation images shows that it is better.
/// </summary>
/// <param name="Kept">Whether it replaces it.</param>
/// <param name="Reason">One sentence, for people.</param>
public sealed record FineTuneVerdict(bool Kept, string Reason)
{
    private const double Confidence = 0.95;
    private const double CloserShare = 0.9;

    /// <summary>Judges by the images that the two answer differently.</summary>
    /// <param name="counts">The trained file against the plan's own.</param>
    /// <param name="file">Its name in sentences.</param>
    /// <param name="scale">The meaning of losses; null: images right by top-1.</param>
    /// <param name="closer">That it is closer to FP32, see <see cref="Closer"/>: then it need not be shown to be better, only not be worse;
    /// null: it is not, or that does not count.</param>
    public static FineTuneVerdict Of(
        PairedDrop counts, string file = "the trained file", MetricScale? scale = null, string? closer = null)
    {
        scale ??= new MetricScale(MetricKind.Top1, 0);
        var (low, high) = Gain(counts);
        string measured = $"{scale.Gain(-counts.Drop)} on {counts.Total} evaluation images, 95 % interval "
            + $"{scale.GainFigure(low)} to {scale.GainFigure(high)}";
        return low > 0 ? new FineTuneVerdict(true, $"{file} is better: {measured}")
            : counts.Drop <= 0 && closer is { } nats
            ? new FineTuneVerdict(true, $"{file} is as good or better: {measured}, and {nats}")
            : new FineTuneVerdict(false, $"{file} is not shown to be better: {measured}; the plan stays as it was");
    }

    /// <summary>
    /// That a file diverges from FP32 by a tenth less than another, or null. Where the most accurate plan is asked for this decides among
    /// files of which labels tell nothing, as in the search: a gain of half a point takes thousands of images to show, a divergence
    /// hundreds. Nothing is learned from the images that it is measured on.
    /// </summary>
    /// <param name="before">Mean KL to FP32 of the plan's own file, nats.</param>
    /// <param name="after">The same of the other.</param>
    public static string? Closer(JobOptions options, double before, double after) =>
        options.Aim == SearchGoal.Accurate && options.Measure.CountsImages() && after <= CloserShare * before
            ? $"it diverges from FP32 by {after:G3} nats instead of {before:G3}"
            : null;

    /// <summary>The interval of the gain, on the metric's scale.</summary>
    public static (double Low, double High) Gain(PairedDrop counts)
    {
        var drop = counts.DropInterval(Confidence);
        return (-drop.High, -drop.Low);
    }
}
