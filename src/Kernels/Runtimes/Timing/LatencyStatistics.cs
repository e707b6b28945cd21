namespace Cluster.Kernels.Runtimes.Timing;

/// <summary>Order statistics of durations.</summary>
internal static class LatencyStatistics
{
    /// <summary>The middle value, or the mean of the two middle ones.</summary>
    /// <exception cref="KernelException">There are no samples.</exception>
    public static double Median(IEnumerable<double> samples) => Quantile(Sorted(samples), 0.5);

    /// <summary>
    /// Quantile by linear interpolation: the value at position p · (n − 1) of the sorted samples
    /// (Hyndman and Fan's type 7, the default of NumPy and R).
    /// </summary>
    /// <param name="samples">Any order.</param>
    /// <param name="p">0 to 1.</param>
    /// <exception cref="KernelException">There are no samples.</exception>
    public static double Quantile(IEnumerable<double> samples, double p) => Quantile(Sorted(samples), p);

    /// <summary>Median, interquartile range and count of durations in milliseconds.</summary>
    /// <exception cref="KernelException">There are no samples.</exception>
    public static LatencySummary Summarize(IReadOnlyCollection<double> samplesMs)
    {
        double[] sorted = Sorted(samplesMs);
        return new LatencySummary(Quantile(sorted, 0.5), Quantile(sorted, 0.75) - Quantile(sorted, 0.25), sorted.Length);
    }

    private static double[] Sorted(IEnumerable<double> samples)
    {
        double[] sorted = [.. samples];
        Array.Sort(sorted);
        return sorted.Length > 0 ? sorted : throw new KernelException("A latency has no samples: measure at least one run.");
    }

    private static double Quantile(double[] sorted, double p)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(p);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(p, 1);
        double position = p * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
