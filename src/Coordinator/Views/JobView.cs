using Cluster.Coordinator.Questions;
using Cluster.Coordinator.Results;

namespace Cluster.Coordinator.Views;

/// <summary>
/// A job in the form shown to people: a fold over its journal, one record at a time. It trusts the journal, whose writer has checked every
/// event. Not thread-safe; the returned objects are immutable.
/// </summary>
public sealed class JobView
{
    private readonly Dictionary<int, ItemView> _items = [];
    private readonly List<ItemView> _work = [];
    private readonly List<ArtefactPublished> _artefacts = [];
    private readonly CandidateFold _candidates = new();
    private readonly JobClock _clock = new();
    private JobLife? _life;
    private readonly Dictionary<int, WorkResult> _early = [];
    private int _taken;
    private SearchMemory? _memory;
    private WinnerSelected? _selection;
    private readonly List<SensitivityResult> _sensitivities = [];
    private readonly SweepPieces _pieces = new();
    private JobOptions? _options;
    private LearnedResult? _kept;
    private TestResult? _test;
    private readonly List<LearnedResult> _learned = [];
    private DropEvidence? _evidence;
    private WinnerSelected? _evidenceOf;
    private Standing _standing = new(Best: null, Misses: false, [], PassedOver: null);
    private int _standingOf;

    /// <summary>Records folded so far; also the sequence of the last change.</summary>
    public long Count { get; private set; }

    /// <summary>The job's status.</summary>
    public JobStatus Status => _life?.Status ?? JobStatus.Queued;

    /// <summary>Sequence of the last change of <see cref="Status"/>; 0 before there was one.</summary>
    public long StatusSequence { get; private set; }

    /// <summary>Why it was cancelled, failed or is suspended, or null.</summary>
    public string? Reason => _life?.Reason;

    /// <summary>What a failed job's request fails on.</summary>
    public JobFault FailsOn => _life?.FailsOn ?? JobFault.Content;

    /// <summary>When a suspended job is retried automatically, or null.</summary>
    public DateTimeOffset? RetryAt => _life?.RetryAt;

    /// <summary>When it was submitted, or null before it was.</summary>
    public DateTimeOffset? CreatedAt => _clock.CreatedAt;

    /// <summary>When the first work was proposed, or null.</summary>
    public DateTimeOffset? StartedAt => _clock.StartedAt;

    /// <summary>When it ended, or null.</summary>
    public DateTimeOffset? EndedAt => _clock.EndedAt;

    /// <summary>The search space, or null before it was submitted.</summary>
    public SearchSpace? Space { get; private set; }

    /// <summary>Items with a result or a failure.</summary>
    public int Done { get; private set; }

    /// <summary>Items proposed so far.</summary>
    public int Proposed { get; private set; }

    /// <summary>The purpose of the last round; empty before there was one.</summary>
    public string Purpose { get; private set; } = string.Empty;

    /// <summary>Candidates, by number.</summary>
    public IReadOnlyList<CandidateView> Candidates => _candidates.Views;

    /// <summary>Work that belongs to no candidate, in the order of proposal.</summary>
    public IReadOnlyList<WorkView> OtherWork => [.. _work.Select(item => item.ToWork())];

    /// <summary>Files of the result, in the order of publishing.</summary>
    public IReadOnlyList<ArtefactPublished> Artefacts => _artefacts;

    /// <summary>The sweeps over single groups that have ended, in order.</summary>
    public IReadOnlyList<SensitivityResult> Sensitivities => _sensitivities;

    /// <summary>The search's result, or null before there is one.</summary>
    public WinnerView? Winner =>
        _selection is not { } selection ? null
        : selection.Plan.IsBaseline ? new WinnerView(selection, null) { IsDataDoubted = _memory?.IsDataDoubted == true }
        : new WinnerView(selection, _candidates.Find(selection.Plan))
        {
            Test = (_kept is null ? _test : _kept.Test) is { } test ? ResultPlans.Test(test, Metric) : null,
            Metric = Metric,
            Evidence = Evidence(selection),
            IsDataDoubted = _memory?.IsDataDoubted == true,
        };

    // What it takes to say it grows with the plans and their images, and views are asked for it often.
    private DropEvidence? Evidence(WinnerSelected selection)
    {
        if (_memory is { } memory && !ReferenceEquals(_evidenceOf, selection))
        {
            var learned = _learned.Select(one => (one.Plan, one.Accuracy));
            (_evidence, _evidenceOf) = (WinnerEvidence.Of(memory, selection.Plan, learned), selection);
        }

        return _evidence;
    }

    private MetricKind Metric => (_options ?? new JobOptions()).Measure;

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
    public string? Doubt => _memory?.Doubt;

    // It lags like the best.
    private Standing Standing
    {
        get
        {
            var news = Done - _standingOf;
            if (_memory is { } memory && news > 0 && (news >= Done / 100 || _selection is not null || Status.HasEnded()))
            {
                _standing = OutcomeBuilder.Stand(memory, _selection, _kept);
                _standingOf = Done;
            }

            return _standing;
        }
    }

    /// <summary>The images that it asks a person about, or null if it does not wait for labels.</summary>
    public LabelRequest? Labels =>
        Status == JobStatus.AwaitingLabels && _memory is { } memory && _work.FindLast(item => item is { HasEnded: false, Item: LabelItem })
            is { Item: LabelItem asked } ? LabelRequest.Of(memory, asked) : null;

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

        var before = _life;
        _life = JobLifecycle.Follow(before, record.Event);
        Count++;
        if (before?.Status != Status)
        {
            _clock.Turn(Status, record.At);
            StatusSequence = Count;
        }

        return record.Event switch
        {
            JobSubmitted submitted => Submit(submitted, record.At),
            RoundProposed round => Propose(round, record.At),
            AttemptStarted started => Change(started.Sequence, record.At, item => item.Start(started)),
            AttemptFailed failed => Change(failed.Sequence, record.At, item => item.Stop()),
            ItemCompleted completed => Complete(completed, record.At),
            ItemFailed failed => Fail(failed, record.At),
            SearchStopped => Stop(record.At),
            SearchContinued => new StatusChange(Count, record.At, Status, "the search goes on with more minutes"),
            SearchRetimed => Retime(record.At),
            WinnerSelected selected => Select(selected, record.At),
            StepEvent step => EndStep(step, record.At),
            ArtefactPublished artefact => Publish(artefact, record.At),
            LabelsGiven given => new StatusChange(Count, record.At, Status, $"{given.Images.Count} labels were given"),
            LabelsAwaited or PauseRequested or JobPaused or JobResumed or CancelRequested
                or JobSuspended or JobRetried or JobUnschedulable or JobSchedulable =>
                new StatusChange(Count, record.At, Status, Reason, RetryAt),
            StopRequested stop => new StatusChange(Count, record.At, Status, $"the search is stopped: {stop.Reason}".TrimEnd(' ', ':')),
            JobCancelled or JobFailed or JobCompleted => End(record.At),
            _ => throw new JobException(
                $"The journal holds an event {record.Event.GetType().Name} that this version does not know: use a newer one."),
        };
    }

    private StatusChange Submit(JobSubmitted submitted, DateTimeOffset at)
    {
        Space = submitted.Space;
        _options = submitted.Spec.Options;

        // A job that ended before it was prepared has no network to search.
        _memory = submitted.Space.Groups.Count > 0 ? new SearchMemory(submitted.Spec, submitted.Space) : null;
        return new StatusChange(Count, at, Status, Reason);
    }

    private RoundChange Propose(RoundProposed round, DateTimeOffset at)
    {
        Purpose = round.Purpose;
        Proposed += round.Items.Count;
        foreach (var proposed in round.Items)
        {
            var item = _items[proposed.Sequence] = new ItemView(proposed.Sequence, proposed.Item.Title, proposed.Item);
            if (CandidateFold.PlanOf(proposed.Item) is { } plan)
            {
                _candidates.Propose(item, plan, round.Purpose, at);
            }
            else
            {
                _work.Add(item);
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
        _test = completed.Result as TestResult ?? _test;
        Remember(item.Sequence, completed.Result);
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
        Remember(failed.Sequence, failed.Failure);
        return Change(failed.Sequence, at, item => item.End(failed.Failure, failed.Attempts));
    }

    // Items without a result return to their state before they were requested.
    private StatusChange Stop(DateTimeOffset at)
    {
        TakeEarly();
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
        Choose(null, null);
        _test = null;
        return new StatusChange(Count, at, Status, "the finalists are timed again");
    }

    private WinnerChange Select(WinnerSelected selected, DateTimeOffset at)
    {
        Choose(selected, null);
        return new WinnerChange(Count, at, Winner!);
    }

    private JobChange EndStep(StepEvent step, DateTimeOffset at)
    {
        var item = Item(step.Sequence);
        var failed = step as StepFailed;
        item.End(failed?.Failure, failed?.Attempts ?? 0);
        if (step is StepCompleted { Result: LearnedResult learned })
        {
            _learned.Add(learned);
            _evidenceOf = null;
        }

        if (step is not StepCompleted { Winner: { } winner, Kept: { } kept })
        {
            return new WorkChange(Count, at, item.ToWork());
        }

        // A plan with learned numbers becomes an ordinary candidate, so that a winner can be inspected.
        _candidates.Add(item, step.Step, kept, at);
        Choose(winner, kept);
        return new WinnerChange(Count, at, Winner!);
    }

    private void Choose(WinnerSelected? winner, LearnedResult? kept) => (_selection, _kept, _standingOf) = (winner, kept, -1);

    private ArtefactChange Publish(ArtefactPublished artefact, DateTimeOffset at)
    {
        // Publishing again after a crash names the same files again.
        _artefacts.RemoveAll(known => string.Equals(known.Name, artefact.Name, StringComparison.Ordinal));
        _artefacts.Add(artefact);
        return new ArtefactChange(Count, at, artefact);
    }

    private StatusChange End(DateTimeOffset at)
    {
        if (_items.TryGetValue(PublishItem.Sequence, out var files) && Status == JobStatus.Succeeded)
        {
            files.End();
        }

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

    // In the order of proposal, as the job's own decisions.
    private void Remember(int sequence, WorkResult result)
    {
        Done++;
        _early[sequence] = result;
        while (_early.Remove(_taken, out var next))
        {
            Take(Item(_taken++).Item!, next);
        }
    }

    private void TakeEarly()
    {
        foreach (var (sequence, result) in _early.OrderBy(early => early.Key))
        {
            Take(Item(sequence).Item!, result);
        }

        _early.Clear();
        _taken = _items.Keys.Append(-1).Max() + 1;
    }

    private void Take(WorkItem item, WorkResult result)
    {
        if (result is SensitivityResult found && _pieces.Add(found) is { } sweep)
        {
            _sensitivities.Add(sweep);
        }

        _memory?.Add(item, result);
    }

    private ItemView Item(int sequence)
    {
        if (_items.TryGetValue(sequence, out var known))
        {
            return known;
        }

        var title = sequence == PublishItem.Sequence
            ? "the winner's files"
            : PostSearchSteps.Of(sequence)?.Title(_options!, sequence);
        if (title is null || _selection is null)
        {
            throw new JobException($"The journal tells of item {sequence}, which no round before has: restore it from a copy.");
        }

        var item = _items[sequence] = new ItemView(sequence, title);
        _work.Add(item);
        return item;
    }
}
