namespace Cluster.Evaluation.Measuring;

/// <summary>
/// Watches a GPU between the rounds of a timing: rounds in which its clocks were throttled are measured again, a limited number of times;
/// the remaining ones are reported with the latency.
/// </summary>
internal sealed class ThrottleWatch(IGpuSensor? gpu)
{
    /// <summary>The most rounds of one timing that are measured again: a GPU that is always too hot must be timed as well.</summary>
    public const int MostRepeated = 50;

    private readonly SortedSet<string> _reasons = new(StringComparer.Ordinal);
    private int _repeated;

    /// <summary>The lowest clock of the counted rounds, Hz; null if unknown.</summary>
    public double? ClockHz { get; private set; }

    /// <summary>Why the clocks were throttled in counted rounds, separated by commas; null if they were not.</summary>
    public string? Throttled => _reasons.Count == 0 ? null : string.Join(',', _reasons);

    /// <summary>Called after each round; null if there is no GPU to watch.</summary>
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
