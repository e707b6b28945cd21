namespace Cluster.Kernels.Metrics;

/// <summary>
/// Signal and noise of each sample of an output. A quiet sample can lose all that it holds while the sum over all samples hides it: most of
/// a sum of squares is that of the loud ones.
/// </summary>
public sealed class SampleSums
{
    // Below this share of the mean power a sample is rounding.
    private const double LeastShare = 1e-9;

    private readonly double[] _signal;
    private readonly double[] _noise;

    private SampleSums(double[] signal, double[] noise) => (_signal, _noise) = (signal, noise);

    /// <summary>How many samples there are.</summary>
    public int Count => _signal.Length;

    /// <summary>
    /// The sums of samples. An infinity or NaN that is the same in both is no noise; one that is not is noise without end.
    /// </summary>
    /// <param name="expected">Row-major, samples outermost.</param>
    /// <param name="found">The same elements of the other network.</param>
    /// <param name="samples">How many there are.</param>
    public static SampleSums Of(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, int samples)
    {
        var (signal, noise) = (new double[samples], new double[samples]);
        int size = expected.Length / samples;
        for (int i = 0; i < size * samples; i++)
        {
            double value = expected[i];
            double error = expected[i].Equals(found[i]) ? 0 : value - found[i];
            signal[i / size] += double.IsFinite(value) ? value * value : 0;
            noise[i / size] += double.IsFinite(error) ? error * error : double.PositiveInfinity;
        }

        return new SampleSums(signal, noise);
    }

    /// <summary>These samples and later ones.</summary>
    public SampleSums With(SampleSums later) => new([.. _signal, .. later._signal], [.. _noise, .. later._noise]);

    /// <summary>The samples that keep less than so much of what they hold, dB; those that hold rounding alone are none.</summary>
    public int Below(double decibels)
    {
        double least = Count == 0 ? 0 : LeastShare * _signal.Average();
        double most = Math.Pow(10, -decibels / 10);
        return Enumerable.Range(0, Count).Count(sample => _signal[sample] > least && !(_noise[sample] <= most * _signal[sample]));
    }
}
