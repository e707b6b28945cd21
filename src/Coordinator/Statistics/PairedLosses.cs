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
        Mean - (StandardError * Errors(below, -1, Total)), UpperEnd(Total, above));

    /// <inheritdoc/>
    internal override double UpperEnd(int samples, double above) =>
        Mean + (Deviation / Math.Sqrt(samples) * Errors(above, 1, samples));

    // Converts normal standard errors to those of the mean: more in the direction of the longer tail. The correction is of the order 1/√n
    // and is not trusted beyond the mean itself.
    private double Errors(double normal, int direction, int samples)
    {
        var correction = direction * Skewness * ((2 * normal * normal) + 1) / (6 * Math.Sqrt(samples));
        return normal == 0 ? 0 : Math.Max(0, Student.FromNormal(normal, samples - 1) + correction);
    }
}

/// <summary>Student's t distribution, via the normal one.</summary>
public static class Student
{
    /// <summary>
    /// The value of t that is exceeded with the same probability as a normal value (Abramowitz and Stegun 1964, 26.7.5; error below 1e-3
    /// from 8 degrees of freedom and 3 standard errors, below 1e-6 from 60).
    /// </summary>
    /// <param name="normal">A standard normal value, between -4 and 4 for that accuracy.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double FromNormal(double normal, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        double z = normal, n = freedom;
        var square = z * z;
        return z
            + (z * (square + 1) / (4 * n))
            + (z * ((((5 * square) + 16) * square) + 3) / (96 * n * n))
            + (z * ((((((3 * square) + 19) * square) + 17) * square) - 15) / (384 * n * n * n));
    }

    /// <summary>
    /// The normal value that is exceeded with the same probability as a value of t (Wallace 1959, in the form of Bailey 1980: error below
    /// 1e-3 from 8 degrees of freedom).
    /// </summary>
    /// <param name="t">A value of t.</param>
    /// <param name="freedom">Degrees of freedom, at least 1.</param>
    public static double ToNormal(double t, int freedom)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(freedom, 1);
        double n = freedom;
        return Math.Sign(t) * ((8 * n) + 1) / ((8 * n) + 3) * Math.Sqrt(n * Math.Log(1 + (t * t / n)));
    }
}
