using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Plans;

namespace Cluster.Coordinator.Statistics;

/// <summary>What a candidate loses against a reference on the same samples, one by one.</summary>
/// <param name="Total">Samples.</param>
public abstract record PairedDrop(int Total)
{
    /// <summary>
    /// The mean loss a sample, in the scale of the metric (<see cref="MetricScale"/>); negative where the candidate is better.
    /// </summary>
    public abstract double Drop { get; }

    /// <summary>Standard error of <see cref="Drop"/>; 0 where no sample says anything else than the others.</summary>
    public abstract double StandardError { get; }

    /// <summary>How likely a difference this large is, in either direction, where both are equally good.</summary>
    public abstract double ChanceOfSuch { get; }

    /// <summary>What was counted, in a few words: "of 800 images 4 lost and 2 gained".</summary>
    public abstract string Words { get; }

    /// <summary>The losses of a candidate, on the samples of its scope, against a reference on the whole set.</summary>
    /// <exception cref="JobException">The candidate was not measured on those samples of the reference's set.</exception>
    public static PairedDrop Of(AccuracyResult reference, AccuracyResult candidate, ImageScope images) =>
        reference.Losses is null && candidate.Losses is null
            ? PairedCounts.Of(reference, candidate, images)
            : PairedLosses.Of(reference, candidate, images);

    /// <summary>A two-sided interval of the drop.</summary>
    public Interval DropInterval(double confidence)
    {
        var errors = Normal.Quantile((1 + confidence) / 2);
        return DropInterval(errors, errors);
    }

    /// <summary>The drop that is not exceeded with this one-sided confidence, in (0.5, 1).</summary>
    public double DropUpperBound(double confidence) => DropInterval(0, Normal.Quantile(confidence)).High;

    /// <summary>The same interval, so many normal standard errors below and above its centre.</summary>
    internal abstract Interval DropInterval(double below, double above);

    /// <summary>The samples of a scope, checked against what a candidate was measured on.</summary>
    internal static int[] Samples(AccuracyResult reference, AccuracyResult candidate, ImageScope images)
    {
        var indices = images.Indices(reference.Total);
        return indices.Length == candidate.Total ? indices : throw new JobException(
            $"A candidate was measured on {candidate.Total} images where {indices.Length} of the {reference.Total} images of "
            + "FP32 are expected: the evaluation data changed during the job, start again with --fresh.");
    }
}
