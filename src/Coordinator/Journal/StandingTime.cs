namespace Cluster.Coordinator.Journal;

/// <summary>How long a job was paused or suspended, from its journal's time stamps, added up record by record.</summary>
public sealed class StandingTime
{
    private TimeSpan _ended;
    private DateTimeOffset? _since;

    /// <summary>Adds the next record.</summary>
    public void Add(JournalRecord record)
    {
        _ended = Until(record.At);
        _since = WorkingTime.Stands(record.Event) ? record.At : null;
    }

    /// <summary>The time up to a moment, including a pause that still lasts.</summary>
    public TimeSpan Until(DateTimeOffset now) => _since is { } since && now > since ? _ended + (now - since) : _ended;
}
