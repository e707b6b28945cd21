namespace Cluster.Kernels.Calibration;

/// <summary>What a range does to a tensor's values, from their histogram.</summary>
public static class RangeNoise
{
    /// <summary>Signal to the noise of quantizing the values with a range, dB; infinite where nothing is noisy.</summary>
    /// <exception cref="KernelException">The histogram holds an infinity, or is empty.</exception>
    public static double Decibels(ActivationHistogram values, in QuantizationParameters range)
    {
        var error = new QuantizationError(CalibrationView.Of(values));
        double noise = error.MeanSquare(range);
        return noise > 0 ? 10 * Math.Log10(error.Moments().Square / noise) : double.PositiveInfinity;
    }

    /// <summary>Mean and standard deviation of the values.</summary>
    /// <exception cref="KernelException">The histogram holds an infinity, or is empty.</exception>
    public static (double Mean, double Deviation) Moments(ActivationHistogram values)
    {
        var (mean, square) = new QuantizationError(CalibrationView.Of(values)).Moments();
        return (mean, Math.Sqrt(Math.Max(0, square - (mean * mean))));
    }

    /// <summary>
    /// Share of the values beyond a range, 0 to 1, by bins that lie beyond it as a whole. Nearer than half a step to its end, a value is
    /// only rounded.
    /// </summary>
    public static double Beyond(ActivationHistogram values, in QuantizationParameters range)
    {
        double high = range.High + (range.Scale / 2);
        double low = range.Low - (range.Scale / 2);
        return (double)(From(values.Positive, high) + From(values.Negative, -low)) / values.Count;

        long From(ReadOnlySpan<long> bins, double end)
        {
            long count = 0;
            for (int i = (int)Math.Clamp(Math.Ceiling(end / values.BinWidth), 0, bins.Length); i < bins.Length; i++)
            {
                count += bins[i];
            }

            return count;
        }
    }
}
