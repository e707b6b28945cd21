using Cluster.Evaluation.Gpus;

namespace Cluster.Evaluation.Measuring;

/// <summary>
/// Looks at a GPU between the rounds of a timing: rounds in which its clocks were held down are measured again, a bounded number of
/// times; what remains is told with the latency.
/// </summary>
internal sealed class ThrottleWatch(IGpuSensor? gpu)
{
    /// <summary>Rounds of one timing that are measured again, at most: a GPU that is always too hot has to be timed as well.</summary>
    public const int MostRepeated = 50;

    private readonly SortedSet<string> _reasons = new(StringComparer.Ordinal);
    private int _repeated;

    /// <summary>The lowest clock of the rounds that count, Hz; null where it was not seen.</summary>
    public double? ClockHz { get; private set; }

    /// <summary>Why the clocks were held down in rounds that count, separated by commas; null where they were not.</summary>
    public string? Throttled => _reasons.Count == 0 ? null : string.Join(',', _reasons);

    /// <summary>Asked after each round; null where there is nothing to look at.</summary>
    public Func<bool>? Look => gpu is null ? null : IsSpoilt;

    private bool IsSpoilt()
    {
        var reading = gpu!.Read();
        if (reading.Throttled is { Count: > 0 } && _repeated < MostRepeated)
        {
            _repeated++;
            return true;
        }

        _reasons.UnionWith(reading.Throttled ?? new HashSet<string>());
        ClockHz = reading.ClockHz is { } clock ? Math.Min(clock, ClockHz ?? clock) : ClockHz;
        return false;
    }
}
