namespace Cluster.Networks.Runtimes.Timing;

/// <summary>
/// Repeats a measurement in several sittings, with the sessions opened anew for each: memory that falls elsewhere moves a ratio by a
/// percent or two, however many runs one opening has. An interval over the sittings holds for the next opening, too.
/// </summary>
public static class LatencySittings
{
    // The extremes of six are an interval of 97 % of their median (sign test); of nine, the second from each end 96 %, and so on by threes.
    private const int Fewest = 6;
    private const int Further = 3;

    /// <summary>Measures sessions in turn, until the interval of every ratio to the first is as narrow as asked, or time is up.</summary>
    /// <param name="open">
    /// Opens the sessions: returns a run action for each, and pushes what is to be disposed of. Called again for each sitting if that
    /// takes no longer than the sitting.
    /// </param>
    /// <returns>One for each session, in their order.</returns>
    public static IReadOnlyList<SittingLatency> Measure(
        Func<Stack<IDisposable>, IReadOnlyList<Action>> open, SittingOptions options, TimeProvider clock, CancellationToken cancellation)
    {
        var sittings = new List<IReadOnlyList<LatencyMeasurement>>();
        long start = clock.GetTimestamp();
        var opened = new Stack<IDisposable>();
        try
        {
            IReadOnlyList<Action>? runs = null;
            var opening = TimeSpan.Zero;
            while (sittings.Count % Further != 0
                || sittings.Count < Fewest
                || (clock.GetElapsedTime(start) < options.TimeCap && IsWide(sittings, options.Precision)))
            {
                long before = clock.GetTimestamp();
                if (runs is null)
                {
                    runs = open(opened);
                    opening = clock.GetElapsedTime(before);
                    before = clock.GetTimestamp();
                }

                var each = options.Each with { TimeCap = runs.Count * options.Each.TimeCap };
                sittings.Add(LatencyMeter.Measure(runs, each, clock, cancellation));
                if (opening <= clock.GetElapsedTime(before))
                {
                    opened.DisposeAll();
                    opened.Clear();
                    runs = null;
                }
            }
        }
        finally
        {
            opened.DisposeAll();
        }

        return [.. sittings[0].Select((_, session) => Of(sittings, session))];
    }

    private static bool IsWide(List<IReadOnlyList<LatencyMeasurement>> sittings, double precision) =>
        Enumerable.Range(1, sittings[0].Count - 1).Any(session =>
            RatioOf(sittings, session) is var ratio && ratio.High - ratio.Low > precision * ratio.Median);

    private static SittingLatency Of(List<IReadOnlyList<LatencyMeasurement>> sittings, int session) => new(
        LatencyStatistics.Summarize([.. sittings.SelectMany(sitting => sitting[session].SamplesMs)]), RatioOf(sittings, session));

    private static LatencyRatio RatioOf(List<IReadOnlyList<LatencyMeasurement>> sittings, int session) =>
        LatencyRatio.Of(sittings.Select(sitting => LatencyRatio.Of(sitting[session].SamplesMs, sitting[0].SamplesMs).Median));
}

/// <summary>A session over all sittings.</summary>
/// <param name="Summary">Of all its runs.</param>
/// <param name="Ratio">
/// Its time relative to the first session's: the median of the sittings' ratios, with the interval over the sittings.
/// </param>
public sealed record SittingLatency(LatencySummary Summary, LatencyRatio Ratio);

/// <summary>How often and how long is measured.</summary>
/// <param name="Each">One sitting; its time cap is that of one session.</param>
/// <param name="Precision">The width of an interval, relative to its ratio, that needs no further sitting.</param>
/// <param name="TimeCap">After this time nothing further is measured than six sittings.</param>
public sealed record SittingOptions(LatencyOptions Each, double Precision, TimeSpan TimeCap);

/// <summary>Latency of one session over repeated runs.</summary>
/// <param name="MedianMs">Median, milliseconds.</param>
/// <param name="IqrMs">Interquartile range Q3 − Q1, milliseconds.</param>
/// <param name="Count">Number of runs measured.</param>
public sealed record LatencySummary(double MedianMs, double IqrMs, int Count);

/// <summary>The summary of a session's runs, and the duration of each.</summary>
/// <param name="Summary">Median, interquartile range, count.</param>
/// <param name="SamplesMs">Duration of each run, milliseconds, in the order measured; index i of all sessions measured
/// together is one round.</param>
public sealed record LatencyMeasurement(LatencySummary Summary, IReadOnlyList<double> SamplesMs);

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
