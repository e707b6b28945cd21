namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Whether a file with learned numbers is better than the one that it is to replace: the one test of AdaRound, BRECQ, QDrop and training,
/// in a job and in the steps that search nothing. Both witnesses are of the evaluation samples, of which nothing is learned: the labels,
/// paired sample by sample, and how far the outputs diverge from FP32's.
/// </summary>
/// <param name="Kept">Whether it replaces it.</param>
/// <param name="Reason">One sentence, for people.</param>
public sealed record LearnedVerdict(bool Kept, string Reason)
{
    private const double Confidence = 0.95;

    /// <summary>
    /// The largest divergence that counts as closer, as a share of the other's: half a point of accuracy takes thousands of images to
    /// show, a tenth of the divergence hundreds.
    /// </summary>
    private const double CloserShare = 0.9;

    /// <summary>
    /// It is better if the labels' paired 95 % interval of the gain (ADR 32) is above zero; also if, of images that are right or wrong, it
    /// has at least as many right and diverges from FP32 by a tenth less.
    /// </summary>
    /// <param name="counts">The learned file against the other.</param>
    /// <param name="before">Mean KL to FP32 of the other, nats.</param>
    /// <param name="after">The same of the learned file.</param>
    /// <param name="file">Its name in sentences.</param>
    /// <param name="scale">The meaning of losses; null: images right by top-1.</param>
    public static LearnedVerdict Of(
        PairedDrop counts, double before, double after, string file = "the trained file", MetricScale? scale = null)
    {
        scale ??= MetricScale.Default;
        var (low, high) = Gain(counts);
        string measured = $"{scale.Gain(-counts.Drop)} on {counts.Total} evaluation images, 95 % interval "
            + $"{scale.GainFigure(low)} to {scale.GainFigure(high)}";
        bool counted = scale.Metric.CountsImages();
        string nats = counted ? $"it diverges from FP32 by {after:G3} nats instead of {before:G3}" : string.Empty;
        return low > 0 ? new LearnedVerdict(true, $"{file} is better: {measured}")
            : counted && counts.Drop <= 0 && after <= CloserShare * before
            ? new LearnedVerdict(true, $"{file} is as good or better: {measured}, and {nats}")
            : new LearnedVerdict(
                false, $"{file} is not shown to be better: {measured}{(counted ? $"; {nats}" : "")}; the plan stays as it was");
    }

    /// <summary>The interval of the gain, on the metric's scale.</summary>
    public static (double Low, double High) Gain(PairedDrop counts)
    {
        var drop = counts.DropInterval(Confidence);
        return (-drop.High, -drop.Low);
    }
}
