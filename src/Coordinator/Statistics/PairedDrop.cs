namespace Cluster.Coordinator.Statistics;

/// <summary>A candidate's loss against a reference on the same samples, paired one by one.</summary>
/// <param name="Total">Samples.</param>
public abstract record PairedDrop(int Total)
{
    private const int MostSamples = 10_000_000;

    /// <summary>The mean loss per sample, on the metric's scale (<see cref="MetricScale"/>); negative if the candidate is better.</summary>
    public abstract double Drop { get; }

    /// <summary>Standard error of <see cref="Drop"/>; 0 if all samples agree.</summary>
    public abstract double StandardError { get; }

    /// <summary>The probability of a difference this large, in either direction, if both are equally good.</summary>
    public abstract double ChanceOfSuch { get; }

    /// <summary>The counts in a few words: "of 800 images 4 newly wrong, 2 newly right".</summary>
    public abstract string Words { get; }

    /// <summary>Pairs a candidate, on its samples, with a reference on the whole set.</summary>
    /// <inheritdoc cref="Of(AccuracyResult, AccuracyResult, ImageScope)"/>
    public static PairedDrop Of(AccuracyResult reference, AccuracyResult candidate) =>
        Of(reference, candidate, candidate.Part ?? ImageScope.Full);

    /// <summary>Pairs a candidate, on the samples of its scope, with a reference on the whole set.</summary>
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

    /// <summary>The upper bound of the drop with this one-sided confidence, in (0.5, 1).</summary>
    public double DropUpperBound(double confidence) => DropInterval(0, Normal.Quantile(confidence)).High;

    /// <summary>The same interval, given by numbers of normal standard errors below and above its centre.</summary>
    internal abstract Interval DropInterval(double below, double above);

    /// <summary>
    /// How many samples would put the upper end of the same interval within a bound if they differed as these do, rounded up to two digits;
    /// null if no number below ten million would.
    /// </summary>
    internal int? SamplesFor(double bound, double above)
    {
        var (least, most) = (Total, MostSamples);
        if (UpperEnd(most, above) > bound)
        {
            return null;
        }

        while (least < most)
        {
            var middle = least + ((most - least) / 2);
            (least, most) = UpperEnd(middle, above) <= bound ? (least, middle) : (middle + 1, most);
        }

        var digits = Math.Pow(10, Math.Max(0, Math.Floor(Math.Log10(least)) - 1));
        return (int)(Math.Ceiling(least / digits) * digits);
    }

    /// <summary>The upper end of <see cref="DropInterval(double, double)"/> if so many samples differed as these do.</summary>
    internal abstract double UpperEnd(int samples, double above);

    /// <summary>The samples of a scope, checked against those that a candidate was measured on.</summary>
    internal static int[] Samples(AccuracyResult reference, AccuracyResult candidate, ImageScope images)
    {
        var indices = images.Indices(reference.Total);
        return indices.Length == candidate.Total ? indices : throw new JobException(
            $"A candidate was measured on {candidate.Total} images where {indices.Length} of the {reference.Total} images of "
            + "FP32 are expected: the evaluation data changed during the job, start again with --fresh.");
    }
}
