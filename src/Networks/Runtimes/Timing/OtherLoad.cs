using System.Diagnostics;

namespace Cluster.Networks.Runtimes.Timing;

/// <summary>How many cores other processes keep busy during a timing.</summary>
public sealed class OtherLoad
{
    // USER_HZ, the unit of /proc/stat: 100 on every architecture that .NET runs on.
    private const double TicksASecond = 100;

    private readonly double? _busy = BusySeconds();
    private readonly TimeSpan _own = OwnTime();
    private readonly long _began = Stopwatch.GetTimestamp();

    private OtherLoad()
    {
    }

    /// <summary>Starts counting.</summary>
    public static OtherLoad Begin() => new();

    /// <summary>
    /// Cores that other processes kept busy since then, on average; null if the system does not report it, or the time was too short.
    /// </summary>
    public double? Cores()
    {
        double elapsed = Stopwatch.GetElapsedTime(_began).TotalSeconds;
        return _busy is { } before && BusySeconds() is { } after && elapsed * TicksASecond >= 10
            ? Math.Max(0, (after - before - (OwnTime() - _own).TotalSeconds) / elapsed)
            : null;
    }

    private static TimeSpan OwnTime()
    {
        using var own = Process.GetCurrentProcess();
        return own.TotalProcessorTime;
    }

    // The first line: "cpu" and the ticks of user, nice, system, idle, iowait, irq, softirq, steal (proc(5)).
    private static double? BusySeconds()
    {
        const string Path = "/proc/stat";
        if (!File.Exists(Path) || File.ReadLines(Path).FirstOrDefault() is not { } line)
        {
            return null;
        }

        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words is ["cpu", _, _, _, _, _, _, _, _, ..]
            ? words[1..9].Where((_, i) => i is not (3 or 4)).Sum(ticks => double.Parse(ticks, CultureInfo.InvariantCulture)) / TicksASecond
            : null;
    }
}
