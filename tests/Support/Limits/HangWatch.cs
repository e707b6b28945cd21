using System.Globalization;

namespace Cluster.Tests.Limits;

/// <summary>
/// Ends the process, with the name of the test, when one has run over the limit: a test that hangs fails instead of
/// waiting.
/// </summary>
/// <remarks>
/// A thread of its own, because a test may block or keep busy every other one; xunit's own timeout ends asynchronous tests only.
/// CLUSTER_TEST_HANG_MINUTES sets the limit in minutes, 10 where it is absent. Under a debugger there is none.
/// </remarks>
internal sealed class HangWatch : IDisposable
{
    private const double DefaultMinutes = 10;

    private readonly RunningTests _running;
    private readonly TimeSpan _limit;
    private readonly ManualResetEventSlim _done = new();
    private readonly Thread _thread;
    private TimeSpan _processorTime = Environment.CpuUsage.TotalTime;
    private long _lookedAt = Stopwatch.GetTimestamp();

    private HangWatch(RunningTests running, TimeSpan limit)
    {
        (_running, _limit) = (running, limit);
        _thread = new Thread(Watch) { IsBackground = true, Name = "hang watch" };
    }

    public static HangWatch Start(RunningTests running)
    {
        var watch = new HangWatch(running, LimitOf(Environment.GetEnvironmentVariable("CLUSTER_TEST_HANG_MINUTES")));
        watch._thread.Start();
        return watch;
    }

    /// <param name="minutes">A number above zero, such as 0.5; null or empty for the default.</param>
    /// <exception cref="FormatException"><paramref name="minutes"/> is something else.</exception>
    public static TimeSpan LimitOf(string? minutes)
    {
        if (string.IsNullOrEmpty(minutes))
        {
            return TimeSpan.FromMinutes(DefaultMinutes);
        }

        return double.TryParse(minutes, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is > 0 and < 1e6
            ? TimeSpan.FromMinutes(value)
            : throw new FormatException(
                $"CLUSTER_TEST_HANG_MINUTES is '{minutes}', expected a number of minutes above 0, such as 10 or 0.5.");
    }

    /// <summary>One line per name, for standard error.</summary>
    /// <param name="names">The tests that have run for <paramref name="limit"/>.</param>
    /// <param name="busy">The share of one processor that the process used of late, which tells a busy loop from a wait.</param>
    public static string Describe(IEnumerable<string> names, TimeSpan limit, double busy)
    {
        string state = busy < 0.05 ? "it waits" : string.Create(CultureInfo.InvariantCulture, $"it keeps {busy:0.0} processors busy");
        return string.Concat(names.Select(name => string.Create(
            CultureInfo.InvariantCulture,
            $"HUNG: {name} has run for {limit.TotalMinutes:0.###} minutes ({state}); CLUSTER_TEST_HANG_MINUTES allows more.\n")));
    }

    public void Dispose()
    {
        _done.Set();
        _thread.Join();
        _done.Dispose();
    }

    private void Watch()
    {
        while (!_done.Wait(_limit / 20))
        {
            double busy = BusySinceLastLook();
            IReadOnlyList<string> hung = _running.SilentFor(_limit);
            if (hung.Count > 0 && !Debugger.IsAttached)
            {
                Console.Error.Write(Describe(hung, _limit, busy));
                // Not Exit: it would wait for handlers and finalizers, which may hang in their turn.
                Process.GetCurrentProcess().Kill();
            }
        }
    }

    private double BusySinceLastLook()
    {
        (TimeSpan used, long looked) = (_processorTime, _lookedAt);
        (_processorTime, _lookedAt) = (Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        return (_processorTime - used) / Stopwatch.GetElapsedTime(looked, _lookedAt);
    }
}
