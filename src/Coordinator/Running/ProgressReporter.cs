using System.Diagnostics;

namespace Cluster.Coordinator.Running;

/// <summary>Turns steps of a run into <see cref="JobProgress"/>. Safe for several workers at once.</summary>
internal sealed class ProgressReporter(JobRunnerOptions options, JobJournal journal, TimeLimit limit)
{
    /// <summary>The minimum interval between two searches for the best plan, as a multiple of the time of one.</summary>
    private const int Rest = 10;

    /// <summary>Up to this many results the search is cheap, and always done.</summary>
    private const int Few = 100;

    private readonly Lock _gate = new();
    private readonly long _begun = options.Time.GetTimestamp();
    private readonly Lock _looks = new();
    private readonly int _doneBefore = journal.Read(state => state!.Items.Count - state.Pending.Count);
    private int _doneNow;
    private int _later;
    private int _pending;
    private WorkItem? _current;
    private string _purpose = string.Empty;
    private PlanMeasurement? _best;
    private bool _bestMisses;
    private SearchPicture? _picture;
    private AnnealingState? _annealing;
    private TimeSpan _looking;
    private long _looked;

    public void Expect(ProposedRound round)
    {
        lock (_gate)
        {
            _later = round.EstimatedLater;
            _annealing = round.Annealing ?? _annealing;
        }
    }

    public void RoundBegan()
    {
        Recorded();
        var (purpose, pending) = journal.Read(state => (state!.Rounds[^1].Purpose, state.Pending.Count));
        lock (_gate)
        {
            _purpose = purpose;
            _pending = pending;
        }
    }

    /// <summary>Work started that belongs to no round.</summary>
    public void WorkBegan(string purpose, WorkItem item)
    {
        lock (_gate)
        {
            _purpose = purpose;
            _later = 0;
        }

        ItemBegan(item);
    }

    public void ItemBegan(WorkItem item) => Report(item, ended: 0);

    public void ItemEnded(WorkItem item) => Report(item, ended: 1);

    /// <summary>The best plan only changes when results are recorded.</summary>
    public void Recorded()
    {
        // One look at a time; what it misses is seen by the next, at the latest when a round begins.
        if (options.Progress is null || !_looks.TryEnter())
        {
            return;
        }

        try
        {
            // Examining all plans after each of thousands would take longer than everything else.
            if (journal.Read(state => state!.Results.Count) <= Few || Stopwatch.GetElapsedTime(_looked) >= Rest * _looking)
            {
                Look();
            }
        }
        finally
        {
            _looks.Exit();
        }
    }

    private void Look()
    {
        var began = Stopwatch.GetTimestamp();
        var (best, misses, picture) = journal.Read(state => Found(state!));
        lock (_gate)
        {
            (_best, _bestMisses, _picture) = (best, misses, picture is null ? null : picture with { Annealing = _annealing });
        }

        _looked = Stopwatch.GetTimestamp();
        _looking = Stopwatch.GetElapsedTime(began, _looked);
    }

    private (PlanMeasurement? Best, bool Misses, SearchPicture? Picture) Found(JobState state)
    {
        if (!options.Pictures)
        {
            var (best, misses) = OutcomeBuilder.BestAndMisses(state.Memory);
            return (best, misses, null);
        }

        var standing = OutcomeBuilder.Stand(state.Memory, state.Winner, state.Kept);
        return (standing.Best, standing.Misses, SearchPicture.Of(state.Memory, standing));
    }

    // Once the limit is over, only what ends the job remains.
    private TimeSpan Within(TimeSpan estimate) =>
        limit.Left is { } left && left > TimeSpan.Zero && left < estimate ? left : estimate;

    private void Report(WorkItem item, int ended)
    {
        if (options.Progress is not { } progress)
        {
            return;
        }

        JobProgress report;
        lock (_gate)
        {
            _doneNow += ended;
            _pending -= ended;
            _current = item;
            var elapsed = options.Time.GetElapsedTime(_begun);
            var left = _pending + _later;
            TimeSpan? remaining = _doneNow > 0 && left > 0 ? Within(elapsed / _doneNow * left) : null;
            report = new JobProgress(_doneBefore + _doneNow, left, elapsed, remaining, _purpose, _current, _best)
            {
                BestMisses = _bestMisses,
                Picture = _picture,
            };
        }

        progress.Report(report);
    }
}
