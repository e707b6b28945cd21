namespace Cluster.Coordinator.Statistics;

/// <summary>
/// Losses that are numbers, paired sample by sample: Student's t of the mean difference (Student 1908) with the first correction for its
/// skewness (Johnson 1978; Hall 1992), which divergences have. They have no upper limit, so that bounds that need one (Hoeffding;
/// empirical Bernstein: Maurer and Pontil 2009) do not hold for them (ADR 32).
/// </summary>
/// <param name="Mean">Mean of the differences.</param>
/// <param name="Deviation">Their standard deviation, of a sample.</param>
/// <param name="Skewness">Their skewness; 0 if they are all equal.</param>
/// <param name="Total">Samples, at least 2.</param>
public sealed record PairedLosses(double Mean, double Deviation, double Skewness, int Total) : PairedDrop(Total)
{
    /// <inheritdoc/>
    public override double Drop => Mean;

    /// <inheritdoc/>
    public override double StandardError => Deviation / Math.Sqrt(Total);

    /// <inheritdoc/>
    public override double ChanceOfSuch => Mean == 0 ? 1
        : StandardError == 0 ? 0
        : 2 * Normal.Cumulative(-Student.ToNormal(Math.Abs(Mean) / StandardError, Total - 1));

    /// <inheritdoc/>
    public override string Words => $"over {Total} samples";

    /// <summary>Pairs a candidate, on the samples of its scope, with a reference on the whole set.</summary>
    /// <exception cref="JobException">One of them has no losses, or losses of other samples.</exception>
    public static new PairedLosses Of(AccuracyResult reference, AccuracyResult candidate, ImageScope images)
    {
        var indices = Samples(reference, candidate, images);
        return candidate.Losses is { } after && reference.Losses is { } before
            ? Of([.. indices.Select((index, i) => (double)SampleLosses.At(after, i) - SampleLosses.At(before, index))])
            : throw new JobException(
                "A candidate and FP32 were not judged by the same metric: the journal is of another version, start again with --fresh.");
    }

    /// <summary>Computed from differences, candidate minus reference, at least 2.</summary>
    public static PairedLosses Of(IReadOnlyList<double> differences)
    {
        if (differences.Count < 2)
        {
            throw new ArgumentException("How much differences differ takes at least 2 of them.", nameof(differences));
        }

        double n = differences.Count;
        var mean = differences.Sum() / n;
        var (second, third) = (0.0, 0.0);
        foreach (var difference in differences)
        {
            var centred = difference - mean;
            second += centred * centred;
            third += centred * centred * centred;
        }

        var spread = Math.Sqrt(second / n);
        var skewness = spread > 0 ? third / n / (spread * spread * spread) : 0;
        return new PairedLosses(mean, Math.Sqrt(second / (n - 1)), skewness, differences.Count);
    }

    /// <inheritdoc/>
    internal override Interval DropInterval(double below, double above) => new(
        Mean - (StandardError * Errors(below, -1)), Mean + (StandardError * Errors(above, 1)));

    // Converts normal standard errors to those of the mean: more in the direction of the longer tail. The correction is of the order 1/√n
    // and is not trusted beyond the mean itself.
    private double Errors(double normal, int direction)
    {
        var correction = direction * Skewness * ((2 * normal * normal) + 1) / (6 * Math.Sqrt(Total));
        return normal == 0 ? 0 : Math.Max(0, Student.FromNormal(normal, Total - 1) + correction);
    }
}
