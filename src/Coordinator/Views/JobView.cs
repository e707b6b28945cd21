using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Results;

namespace Cluster.Coordinator.Views;

/// <summary>
/// A job in the form shown to people: its <see cref="JobState"/>, followed one record of the journal at a time, with its candidates and its
/// times. Not thread-safe; the returned objects are immutable.
/// </summary>
public sealed class JobView
{
    private readonly Dictionary<int, ItemView> _items = [];
    private readonly CandidateFold _candidates = new();
    private readonly JobClock _clock = new();
    private readonly List<SensitivityResult> _sensitivities = [];
    private readonly SweepPieces _pieces = new();
    private JobState? _state;
    private int _followed;
    private DropEvidence? _evidence;
    private WinnerSelected? _evidenceOf;
    private Standing _standing = new(Best: null, Misses: false, [], PassedOver: null);
    private int _standingOf;

    /// <summary>Records folded so far; also the sequence of the last change.</summary>
    public long Count { get; private set; }

    /// <summary>The job's status.</summary>
    public JobStatus Status => _state?.Status ?? JobStatus.Queued;

    /// <summary>Sequence of the last change of <see cref="Status"/>; 0 before there was one.</summary>
    public long StatusSequence { get; private set; }

    /// <summary>Why it was cancelled, failed or is suspended, or null.</summary>
    public string? Reason => _state?.Reason;

    /// <summary>What a failed job's request fails on.</summary>
    public JobFault FailsOn => _state?.FailsOn ?? JobFault.Content;

    /// <summary>When a suspended job is retried automatically, or null.</summary>
    public DateTimeOffset? RetryAt => _state?.RetryAt;

    /// <summary>When it was submitted, or null before it was.</summary>
    public DateTimeOffset? CreatedAt => _clock.CreatedAt;

    /// <summary>When the first work was proposed, or null.</summary>
    public DateTimeOffset? StartedAt => _clock.StartedAt;

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? EndedAt => _clock.EndedAt;

    /// <summary>The search space, or null before it was submitted.</summary>
    public SearchSpace? Space => _state?.Space;

    /// <summary>Items with a result or a failure.</summary>
    public int Done { get; private set; }

    /// <summary>Items proposed so far.</summary>
    public int Proposed { get; private set; }

    /// <summary>The purpose of the last round; empty before there was one.</summary>
    public string Purpose => _state is { Rounds: [.., var last] } ? last.Purpose : string.Empty;

    /// <summary>Candidates, by number.</summary>
    public IReadOnlyList<CandidateView> Candidates => _candidates.Views;

    /// <summary>Files of the result, in the order of publishing.</summary>
    public IReadOnlyList<ArtefactPublished> Artefacts => _state?.Artefacts ?? [];

    /// <summary>The sweeps over single groups that have ended, in order.</summary>
    public IReadOnlyList<SensitivityResult> Sensitivities => _sensitivities;

    /// <summary>The search's result, or null before there is one.</summary>
    public WinnerView? Winner =>
        _state is not { Winner: { } winner } state ? null
        : winner.Plan.IsBaseline ? new WinnerView(winner, null) { IsDataDoubted = Memory?.IsDataDoubted == true }
        : new WinnerView(winner, _candidates.Find(winner.Plan))
        {
            Test = (state.Kept is { } kept ? kept.Test : state.Test) is { } test
                ? ResultPlans.Test(test, state.Spec.Options.Measure)
                : null,
            Metric = state.Spec.Options.Measure,
            Evidence = Evidence(winner),
            IsDataDoubted = Memory?.IsDataDoubted == true,
        };

    // What it takes to say it grows with the plans and their images, and views are asked for it often.
    private DropEvidence? Evidence(WinnerSelected winner)
    {
        if (Memory is { } memory && !ReferenceEquals(_evidenceOf, winner))
        {
            (_evidence, _evidenceOf) = (WinnerEvidence.Of(memory, winner.Plan, OutcomeBuilder.Learned(_state!)), winner);
        }

        return _evidence;
    }

    /// <summary>
    /// The fastest accurate candidate so far, else the most accurate, or null before any quantized one was evaluated. During a search it
    /// may lag by up to 1 % of the results: finding it examines all of them, which would be too much for each of 100,000.
    /// </summary>
    public CandidateView? Best => Standing.Best is { } best ? _candidates.Find(best.Plan) : null;

    /// <summary>Whether <see cref="Best"/> misses a bound, because no quantized plan so far meets all of them.</summary>
    public bool BestMisses => Best is not null && Standing.Misses;

    /// <summary>The candidates that no other beats, with their times, fastest first; the best or the winner is one.</summary>
    public IReadOnlyList<(CandidateView Candidate, LatencyResult Latency)> Front =>
    [
        .. Standing.Front.Select(one => (Candidate: _candidates.Find(one.Plan), one.Latency))
            .Where(one => one is { Candidate: not null, Latency: not null })
            .Select(one => (one.Candidate!, one.Latency!)),
    ];

    /// <summary>Why plans that measured as fast or faster are not the best or the winner, in a sentence; null if there are none.</summary>
    public string? PassedOver => Standing.PassedOver;

    /// <summary>What is probably wrong with the data, in a sentence; null where nothing is, or FP32 is not measured yet.</summary>
    public string? Doubt => Memory?.Doubt;

    // It lags like the best.
    private Standing Standing
    {
        get
        {
            var news = Done - _standingOf;
            if (news > 0 && (news >= Done / 100 || _state!.Winner is not null || Status.HasEnded()) && Memory is { } memory)
            {
                _standing = OutcomeBuilder.Stand(memory, _state!.Winner, _state.Kept);
                _standingOf = Done;
            }

            return _standing;
        }
    }

    /// <summary>The images that it asks a person about, or null if it does not wait for labels.</summary>
    public LabelRequest? Labels =>
        Status == JobStatus.AwaitingLabels && Memory is { } memory && _state!.Pending.LastOrDefault(item => item.Item is LabelItem)
            is { Item: LabelItem asked } ? LabelRequest.Of(memory, asked) : null;

    // A job that ended before it was prepared has no network to search.
    private SearchMemory? Memory => _state is { Space.Groups.Count: > 0 } state ? state.Memory : null;

    /// <summary>How long the job has run, without pauses.</summary>
    public TimeSpan Elapsed(DateTimeOffset now) => _clock.Elapsed(now);

    /// <summary>The candidate that an item belongs to, or null for other work and unknown numbers.</summary>
    public CandidateView? CandidateOf(int sequence) =>
        _items.TryGetValue(sequence, out var item) && CandidateFold.PlanOf(item.Item) is { } plan ? _candidates.Find(plan) : null;

    /// <summary>Folds the next record.</summary>
    /// <returns>Its meaning.</returns>
    /// <exception cref="JobException">It is not the next one.</exception>
    public JobChange Apply(JournalRecord record)
    {
        if (record.Number != Count)
        {
            throw new JobException($"Record {record.Number} of the journal came where {Count} is expected: read it from the beginning.");
        }

        var before = _state?.Status;
        if (_state is { } state)
        {
            state.Apply(record.Event);
        }
        else
        {
            _state = JobState.Fold([record.Event]);
        }

        Count++;
        Follow(_state!.Results);
        if (before != Status)
        {
            _clock.Turn(Status, record.At);
            StatusSequence = Count;
        }

        return record.Event switch
        {
            RoundProposed round => Propose(round, record.At),
            AttemptStarted started => Change(started.Sequence, record.At, item => item.Start(started)),
            AttemptFailed failed => Change(failed.Sequence, record.At, item => item.Stop()),
            ItemCompleted completed => Complete(completed, record.At),
            ItemFailed failed => Fail(failed, record.At),
            SearchStopped => Stop(record.At),
            SearchContinued => new StatusChange(Count, record.At, Status, "the search goes on with more minutes"),
            SearchRetimed => Retime(record.At),
            WinnerSelected => Choose(record.At),
            StepEvent step => EndStep(step, record.At),
            ArtefactPublished artefact => new ArtefactChange(Count, record.At, artefact),
            LabelsGiven given => new StatusChange(Count, record.At, Status, $"{given.Images.Count} labels were given"),
            JobSubmitted or LabelsAwaited or PauseRequested or JobPaused or JobResumed or CancelRequested
                or JobSuspended or JobRetried or JobUnschedulable or JobSchedulable =>
                new StatusChange(Count, record.At, Status, Reason, RetryAt),
            StopRequested stop => new StatusChange(Count, record.At, Status, $"the search is stopped: {stop.Reason}".TrimEnd(' ', ':')),
            JobCancelled or JobFailed or JobCompleted => End(record.At),
            _ => throw new JobException(
                $"The journal holds an event {record.Event.GetType().Name} that this version does not know: use a newer one."),
        };
    }

    private void Follow(IReadOnlyList<WorkResult> results)
    {
        for (; _followed < results.Count; _followed++)
        {
            if (results[_followed] is SensitivityResult found && _pieces.Add(found) is { } sweep)
            {
                _sensitivities.Add(sweep);
            }
        }
    }

    private RoundChange Propose(RoundProposed round, DateTimeOffset at)
    {
        Proposed += round.Items.Count;
        foreach (var proposed in round.Items)
        {
            var item = _items[proposed.Sequence] = new ItemView(proposed.Sequence, proposed.Item.Title, proposed.Item);
            if (CandidateFold.PlanOf(proposed.Item) is { } plan)
            {
                _candidates.Propose(item, plan, round.Purpose, at);
            }
        }

        return new RoundChange(Count, at, round);
    }

    private JobChange Change(int sequence, DateTimeOffset at, Action<ItemView> change)
    {
        var item = Item(sequence);
        change(item);
        return CandidateFold.PlanOf(item.Item) is { } plan
            ? new CandidateChange(Count, at, _candidates.Update(plan, at))
            : new WorkChange(Count, at, item.ToWork());
    }

    private JobChange Complete(ItemCompleted completed, DateTimeOffset at)
    {
        var item = Item(completed.Sequence);
        item.End();
        Done++;
        return (item.Item, completed.Result) switch
        {
            (FinalTimingItem together, FinalTimingResult timed) =>
                new WorkChange(Count, at, item.ToWork()) { Candidates = _candidates.Time(together, timed, item, completed) },
            _ when CandidateFold.PlanOf(item.Item) is { } plan =>
                new CandidateChange(Count, at, _candidates.Complete(item, plan, completed, at)),
            _ => new WorkChange(Count, at, item.ToWork()),
        };
    }

    private JobChange Fail(ItemFailed failed, DateTimeOffset at)
    {
        Done++;
        return Change(failed.Sequence, at, item => item.End(failed.Failure, failed.Attempts));
    }

    // Items without a result return to their state before they were requested.
    private StatusChange Stop(DateTimeOffset at)
    {
        foreach (var item in _items.Values.Where(item => !item.HasEnded))
        {
            item.Stop();
            Proposed -= item.Sequence >= 0 ? 1 : 0;
            if (CandidateFold.PlanOf(item.Item) is { } plan)
            {
                _candidates.Drop(item, plan, at);
            }
        }

        return new StatusChange(Count, at, Status, Reason);
    }

    private StatusChange Retime(DateTimeOffset at)
    {
        _standingOf = -1;
        return new StatusChange(Count, at, Status, "the finalists are timed again");
    }

    private WinnerChange Choose(DateTimeOffset at)
    {
        _standingOf = -1;
        return new WinnerChange(Count, at, Winner!);
    }

    private JobChange EndStep(StepEvent step, DateTimeOffset at)
    {
        var item = Item(step.Sequence);
        var failed = step as StepFailed;
        item.End(failed?.Failure, failed?.Attempts ?? 0);
        if (step is StepCompleted { Result: LearnedResult })
        {
            _evidenceOf = null;
        }

        if (step is not StepCompleted { Winner: not null, Kept: { } kept })
        {
            return new WorkChange(Count, at, item.ToWork());
        }

        // A plan with learned numbers becomes an ordinary candidate, so that a winner can be inspected.
        _candidates.Add(item, step.Step, kept, at);
        return Choose(at);
    }

    private StatusChange End(DateTimeOffset at)
    {
        foreach (var item in _items.Values.Where(item => item.Status == WorkStatus.Running))
        {
            item.Stop();
            if (CandidateFold.PlanOf(item.Item) is { } plan)
            {
                _candidates.Update(plan, at);
            }
        }

        return new StatusChange(Count, at, Status, Reason);
    }

    // Those of steps after the search are proposed by no round.
    private ItemView Item(int sequence)
    {
        if (!_items.TryGetValue(sequence, out var item))
        {
            var title = sequence == PublishItem.Sequence
                ? "the winner's files"
                : PostSearchSteps.Of(sequence)!.Title(_state!.Spec.Options, sequence);
            _items[sequence] = item = new ItemView(sequence, title);
        }

        return item;
    }
}
