using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;

namespace Cluster.Silo.Telemetry;

/// <summary>How much of a job waits and runs, from its records. Written by one, read by gauges.</summary>
internal sealed class JobLoad
{
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

    /// <summary>The kind of an item that was proposed.</summary>
    public string KindOf(int sequence) => _kinds.GetValueOrDefault(sequence, "other");

    public void Apply(JournalEvent journalEvent)
    {
        // What cannot follow is refused by the job itself; gauges go on with what they have.
        _life = JobLifecycle.Next(_life, journalEvent) ?? _life;
        _status = _life.Status;
        switch (journalEvent)
        {
            case RoundProposed round:
                _proposed += round.Items.Count;
                foreach (var item in round.Items)
                {
                    _kinds[item.Sequence] = Labels.Of(item.Item);
                }
                break;
            case AttemptStarted started:
                _open.Add(started.Sequence);
                break;
            case AttemptFailed failed:
                _open.Remove(failed.Sequence);
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
                break;
            case StepEvent step:
                _open.Remove(step.Sequence);
                break;
        }

        if (_status.HasEnded())
        {
            _open.Clear();
        }

        _active = _open.Count;
        _queued = _status.HasEnded() ? 0 : _proposed - _done - _open.Count(sequence => sequence >= 0);
    }

    private void End(int sequence)
    {
        _open.Remove(sequence);
        _done++;
    }
}
