namespace Cluster.Silo.Telemetry;

/// <summary>How much of a job's work waits and runs, from its records. Written by one thread, read by gauges.</summary>
internal sealed class JobLoad
{
    private readonly Lock _gate = new();

    // Proposed work that does not run, with its time: at most a round's items.
    private readonly Dictionary<int, DateTimeOffset> _waiting = [];
    private readonly Dictionary<int, string> _kinds = [];
    private readonly HashSet<int> _open = [];
    private int _proposed;
    private int _done;
    private volatile int _active;
    private volatile int _queued;
    private volatile JobStatus _status;
    private JobLife _life;

    public int Active => _active;

    public int Queued => _queued;

    public JobStatus Status => _status;

    /// <summary>
    /// How long the oldest proposed work has been waiting, as its start time; null if none waits, or if the job itself is paused.
    /// </summary>
    public DateTimeOffset? OldestQueued
    {
        get
        {
            lock (_gate)
            {
                return _waiting.Count == 0 || _status is JobStatus.Pausing or JobStatus.Paused ? null : _waiting.Values.Min();
            }
        }
    }

    /// <summary>The kind of an item that was proposed.</summary>
    public string KindOf(int sequence) => _kinds.GetValueOrDefault(sequence, "other");

    public void Apply(JournalRecord record)
    {
        lock (_gate)
        {
            Apply(record.Event, record.At);
        }
    }

    private void Apply(JournalEvent journalEvent, DateTimeOffset at)
    {
        // The job itself refuses an event that cannot follow; gauges keep their state.
        _life = JobLifecycle.Next(_life, journalEvent) ?? _life;
        _status = _life.Status;
        switch (journalEvent)
        {
            case RoundProposed round:
                _proposed += round.Items.Count;
                foreach (var item in round.Items)
                {
                    _kinds[item.Sequence] = Labels.Of(item.Item);
                    _waiting[item.Sequence] = at;
                }
                break;
            case AttemptStarted started:
                _open.Add(started.Sequence);
                _waiting.Remove(started.Sequence);
                break;
            case AttemptFailed failed:
                _open.Remove(failed.Sequence);
                _waiting[failed.Sequence] = at;
                break;
            case ItemCompleted completed:
                End(completed.Sequence);
                break;
            case ItemFailed failed:
                End(failed.Sequence);
                break;
            case SearchStopped:
                _proposed = _done;
                _open.Clear();
                _waiting.Clear();
                break;
            case StepEvent step:
                _open.Remove(step.Sequence);
                _waiting.Remove(step.Sequence);
                break;
        }

        if (_status.HasEnded())
        {
            _open.Clear();
            _waiting.Clear();
        }

        _active = _open.Count;
        _queued = _status.HasEnded() ? 0 : _proposed - _done - _open.Count(sequence => sequence >= 0);
    }

    private void End(int sequence)
    {
        _open.Remove(sequence);
        _waiting.Remove(sequence);
        _done++;
    }
}
