using Cluster.Contract.V1;

namespace Cluster.Client.Watching;

/// <summary>The known state of a watched job: its last reported state, and the events since. Safe for several threads.</summary>
internal sealed class WatchState
{
    private const int Remembered = 6;

    private readonly Lock _gate = new();
    private readonly Queue<string> _last = [];
    private readonly Dictionary<string, CandidateState> _candidates = new(StringComparer.Ordinal);
    private readonly TimeProvider _time;
    private Job _job;
    private long _progressTime;
    private string? _best;
    private string? _warning;
    private IReadOnlyList<Node>? _nodes;

    public WatchState(Job job, TimeProvider time)
    {
        _time = time;
        _job = job;
        _progressTime = time.GetTimestamp();
        _best = BestName(job.Progress);
    }

    /// <summary>Applies an event.</summary>
    /// <returns>Whether it brought a better candidate, and the warning that it brought, which is said once.</returns>
    public WatchNews Apply(JobEvent happened)
    {
        lock (_gate)
        {
            if (EventText.Of(happened) is { } text)
            {
                Remember($"{happened.Time?.ToDateTime():HH:mm:ss}  {text}");
            }

            switch (happened.EventCase)
            {
                case JobEvent.EventOneofCase.StateChanged:
                    _job.State = happened.StateChanged.State;
                    _job.Reason = happened.StateChanged.Reason;
                    break;
                case JobEvent.EventOneofCase.CandidateChanged:
                    _candidates[happened.CandidateChanged.Name] = happened.CandidateChanged.State;
                    break;
                case JobEvent.EventOneofCase.Heartbeat when happened.Heartbeat.Progress is { } progress:
                    return Take(progress);
            }

            return default;
        }
    }

    /// <summary>Shows a sentence among the last events.</summary>
    public void Note(string sentence)
    {
        lock (_gate)
        {
            Remember($"{_time.GetUtcNow():HH:mm:ss}  {sentence}");
        }
    }

    /// <summary>Applies the server's current state of the job.</summary>
    public void Refresh(Job job)
    {
        lock (_gate)
        {
            _job = job;
            if (job.Progress is { } progress)
            {
                Take(progress);
            }
        }
    }

    /// <summary>Applies the server's list of nodes; null if it did not answer.</summary>
    public void Refresh(IReadOnlyList<Node>? nodes)
    {
        lock (_gate)
        {
            _nodes = nodes;
        }
    }

    public WatchPicture Picture()
    {
        lock (_gate)
        {
            var remaining = _job.Progress?.Remaining?.ToTimeSpan();
            var elapsed = _job.Progress?.Elapsed?.ToTimeSpan();
            var age = _job.State == JobState.Running ? _time.GetElapsedTime(_progressTime) : TimeSpan.Zero;
            return new WatchPicture(
                _job.Clone(),
                elapsed + age,
                remaining is { } left ? (left > age ? left - age : TimeSpan.Zero) : null,
                [.. _candidates.Values.GroupBy(state => state).OrderBy(same => same.Key).Select(same => (same.Key, same.Count()))],
                _nodes,
                [.. _last]);
        }
    }

    private void Remember(string line)
    {
        _last.Enqueue(VisibleText.Clean(line));
        if (_last.Count > Remembered)
        {
            _last.Dequeue();
        }
    }

    private static string? BestName(JobProgress? progress) => progress?.Best?.Name;

    private WatchNews Take(JobProgress progress)
    {
        _job.Progress = progress;
        _progressTime = _time.GetTimestamp();
        string? before = _best;
        _best = BestName(progress);
        bool isWarned = progress.Warning.Length > 0 && progress.Warning != _warning;
        if (isWarned)
        {
            _warning = progress.Warning;
            Remember($"{_time.GetUtcNow():HH:mm:ss}  warning: {_warning}");
        }

        return new WatchNews(_best is not null && _best != before, isWarned ? _warning : null);
    }
}

/// <summary>What an event brought.</summary>
/// <param name="IsBetter">Whether there is a better candidate.</param>
/// <param name="Warning">A warning that was not there before; null: none.</param>
internal readonly record struct WatchNews(bool IsBetter, string? Warning);

/// <summary>The state of a watched job at one moment, for display.</summary>
/// <param name="Job">As it was last reported, with the events since.</param>
/// <param name="Elapsed">How long it has been running by now.</param>
/// <param name="Remaining">How long it will probably go on from now.</param>
/// <param name="Candidates">Candidates that events have mentioned, by state.</param>
/// <param name="Nodes">Null if the server did not answer.</param>
/// <param name="Last">The last events, the newest at the end.</param>
internal sealed record WatchPicture(
    Job Job,
    TimeSpan? Elapsed,
    TimeSpan? Remaining,
    IReadOnlyList<(CandidateState State, int Count)> Candidates,
    IReadOnlyList<Node>? Nodes,
    IReadOnlyList<string> Last);
