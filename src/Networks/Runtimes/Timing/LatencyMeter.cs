namespace Cluster.Networks.Runtimes.Timing;

/// <summary>
/// Measures latencies for comparison: the sessions run in turn (A B C A B C …), so that a drift of the clock frequency or a disturbance
/// affects all alike. The caller must hold the machine exclusively.
/// </summary>
public static class LatencyMeter
{
    /// <summary>Measures any actions in turn, by the given clock; prepare everything they need before.</summary>
    public static IReadOnlyList<LatencyMeasurement> Measure(
        IReadOnlyList<Action> runs, LatencyOptions? options, TimeProvider clock, CancellationToken cancellation)
    {
        TimeSpan Timed(Action work)
        {
            long before = clock.GetTimestamp();
            work();
            return clock.GetElapsedTime(before);
        }

        options ??= new LatencyOptions();
        long start = clock.GetTimestamp();
        using IDisposable? pin = options.PinThread ? ThreadPin.ToCurrentCore() : null;
        int[] turns = [.. runs.Select(
            run => Turn(WarmUp(() => Timed(run), options, options.TimeCap / (4 * runs.Count), clock, cancellation), options))];
        List<double>[] samples = [.. runs.Select(_ => new List<double>(options.Rounds))];
        int rounds = 0;

        // A garbage collection during a run would count as the network's time, so collect before.
        GC.Collect();
        while (rounds < options.Rounds && (rounds < options.FewestRounds || !(clock.GetElapsedTime(start) >= options.TimeCap)))
        {
            for (int i = 0; i < runs.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var (run, times) = (runs[i], turns[i]);
                var taken = Timed(() =>
                {
                    for (int again = 0; again < times; again++)
                    {
                        run();
                    }
                });
                samples[i].Add(taken.TotalMilliseconds / times);
            }

            if (options.IsSpoilt?.Invoke() == true)
            {
                foreach (var last in samples)
                {
                    last.RemoveAt(last.Count - 1);
                }

                continue;
            }

            rounds++;
        }

        return [.. samples.Select(taken => new LatencyMeasurement(LatencyStatistics.Summarize(taken), taken))];
    }

    private static int Turn(TimeSpan run, LatencyOptions options) =>
        run >= options.TurnTime ? 1 : (int)Math.Ceiling(options.TurnTime / TimeSpan.FromTicks(Math.Max(1, run.Ticks)));

    /// <param name="timed">Runs and returns the duration.</param>
    /// <returns>The mean time of a run.</returns>
    private static TimeSpan WarmUp(
        Func<TimeSpan> timed, LatencyOptions options, TimeSpan? share, TimeProvider clock, CancellationToken cancellation)
    {
        long start = clock.GetTimestamp();
        int done = 0;
        var spent = TimeSpan.Zero;
        TimeSpan elapsed;
        do
        {
            cancellation.ThrowIfCancellationRequested();
            spent += timed();
            done++;
            elapsed = clock.GetElapsedTime(start);
        }
        while ((done < options.WarmUpRuns || elapsed < options.WarmUpTime) && (share is null || elapsed < share));
        return spent / done;
    }
}
