namespace Cluster.Silo.Workers.Child;

/// <summary>The stages of a request, from its start. Thread-safe; not affected by changes of the machine's clock.</summary>
internal sealed class StageClock
{
    private readonly Lock _lock = new();
    private readonly DateTimeOffset _at = DateTimeOffset.UtcNow;
    private readonly long _ticks = Stopwatch.GetTimestamp();
    private readonly List<StageTimes> _ended = [];
    private DateTimeOffset _entered;

    public StageClock() => _entered = _at;

    public WorkStage Stage { get; private set; } = WorkStage.Preparing;

    /// <summary>How long the current stage has lasted.</summary>
    public TimeSpan InStage
    {
        get
        {
            lock (_lock)
            {
                return Now - _entered;
            }
        }
    }

    private DateTimeOffset Now => _at + Stopwatch.GetElapsedTime(_ticks);

    /// <summary>Ends the current stage and starts another; false if it is the same.</summary>
    public bool Enter(WorkStage stage)
    {
        lock (_lock)
        {
            if (stage == Stage)
            {
                return false;
            }

            var now = Now;
            _ended.Add(new StageTimes(Stage, _entered, now));
            (Stage, _entered) = (stage, now);
            return true;
        }
    }

    /// <summary>All stages so far, the last of which ends now.</summary>
    public WorkTimes Read()
    {
        lock (_lock)
        {
            var now = Now;
            return new WorkTimes(_at, now, [.. _ended, new StageTimes(Stage, _entered, now)]);
        }
    }
}
