namespace Cluster.Kernels.Runtimes.Timing;

/// <summary>Order statistics of durations.</summary>
internal static class LatencyStatistics
{
    /// <summary>The middle value, or the mean of the two middle ones.</summary>
    /// <exception cref="KernelException">There are no samples.</exception>
    public static double Median(IEnumerable<double> samples) => Quantile(Sorted(samples), 0.5);

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

    // The value at position p (n - 1), interpolated linearly (Hyndman and Fan's type 7, the default of NumPy and R).
    private static double Quantile(double[] sorted, double p)
    {
        double position = p * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
