namespace Cluster.Coordinator.Results;

/// <summary>Accuracy by the job's metric.</summary>
/// <param name="Correct">Right images; absent if the metric is a loss or the images have no labels, like the next but one.</param>
/// <param name="Total">Images.</param>
/// <param name="Top1">Their ratio; absent for another metric.</param>
/// <param name="Ci95">Their 95 % interval, Wilson's: low, high; for a loss that of <paramref name="Value"/>, by Student's t, with null for
/// an infinite end.</param>
/// <param name="Drop">Loss against FP32 on the same images; negative if it is better. A fraction of images, nats, noise over signal, or
/// squared error.</param>
/// <param name="DropCi95">95 % interval of that loss: low, high.</param>
/// <param name="Kl">Mean KL(FP32 ‖ plan) of the softmax, in nats.</param>
/// <param name="Agreement">Share of images with the same top-1 as FP32.</param>
/// <param name="Top5">The ratio of right images if the metric is top-5, else absent.</param>
/// <param name="Unlabelled">Where the evaluation images have no labels: those that it answers otherwise than FP32 and that were given none.
/// They count as lost. Absent for labelled images.</param>
/// <param name="Value">KL in nats, SQNR in decibels or RMSE if that is the metric; absent otherwise, and if it is infinite.</param>
public sealed record ResultAccuracy(
    int? Correct,
    int Total,
    double? Top1,
    IReadOnlyList<double?>? Ci95,
    double Drop,
    IReadOnlyList<double> DropCi95,
    double Kl,
    double Agreement,
    double? Top5 = null,
    double? Value = null,
    int? Unlabelled = null)
{
    /// <summary>Images with the same top-1 as FP32.</summary>
    [JsonIgnore]
    public int Agree => (int)Math.Round(Agreement * Total);

    /// <summary>The level on the scale that decides, as <see cref="AccuracyResult.Level"/>.</summary>
    public double Level(MetricKind metric) => Unlabelled is not null ? 1 - Drop
        : Correct is { } right ? (double)right / Total
        : MetricScale.LevelOf(metric, Value);

    /// <summary>
    /// The 95 % interval of <see cref="Level"/>; where the images have no labels, that of the changes against FP32.
    /// </summary>
    public Interval LevelInterval(MetricKind metric)
    {
        double[] ends = Unlabelled is not null ? [1 - DropCi95[1], 1 - DropCi95[0]]
            : Correct is not null ? [.. Ci95!.Select(end => end!.Value)]
            : [.. Ci95!.Select(end => MetricScale.LevelOf(metric, end)).Order()];
        return new Interval(ends[0], ends[1]);
    }
}
