namespace Cluster.Kernels.Runtimes.Timing;

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
    /// Opens the sessions: makes an action that runs it of each, and pushes what is to be disposed. Called again for each sitting if that
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
