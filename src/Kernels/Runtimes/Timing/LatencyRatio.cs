namespace Cluster.Kernels.Runtimes.Timing;

/// <summary>A session's duration relative to another's, from the rounds, or sittings, in which both ran.</summary>
/// <param name="Median">Median of its time divided by the other's.</param>
/// <param name="Low">
/// Ends of a 95 % interval of that median, without assumptions about the distribution of times: two order statistics, by the sign test
/// (Conover 1999, section 3.2); with fewer than six rounds, the smallest and the largest ratio.
/// </param>
/// <param name="High">See <paramref name="Low"/>.</param>
public sealed record LatencyRatio(double Median, double Low, double High)
{
    // Half the normal 97.5 % quantile: the binomial's standard deviation is half the root of n.
    private const double HalfQuantile = 0.98;

    /// <summary>The ratio of two sessions that were measured together.</summary>
    /// <exception cref="KernelException">There are no rounds.</exception>
    public static LatencyRatio Of(IReadOnlyList<double> session, IReadOnlyList<double> other) =>
        Of(session.Zip(other, (ms, beside) => ms / beside));

    /// <summary>The same of ratios.</summary>
    /// <exception cref="KernelException">There are none.</exception>
    public static LatencyRatio Of(IEnumerable<double> unordered)
    {
        double[] ratios = [.. unordered.Order()];
        int below = Math.Max(0, (int)Math.Floor((ratios.Length / 2.0) - (HalfQuantile * Math.Sqrt(ratios.Length))));
        double median = LatencyStatistics.Median(ratios);
        return new LatencyRatio(median, ratios[below], ratios[^(below + 1)]);
    }
}
