namespace Cluster.Coordinator.Search;

/// <summary>A job as the fold of its events.</summary>
public sealed class JobState
{
    private readonly List<RoundProposed> _rounds = [];
    private readonly List<WorkItem> _items = [];
    private readonly List<WorkResult> _results = [];
    private readonly List<ItemFailed> _failures = [];
    private readonly List<ArtefactPublished> _artefacts = [];
    private readonly List<StepEvent> _steps = [];
    private readonly Dictionary<int, ItemAttempts> _attempts = [];
    private readonly Dictionary<int, JournalEvent> _early = [];
    private readonly Dictionary<int, int> _labels = [];
    private readonly Dictionary<WorkItem, StepEvent> _taken = [];
    private JobLife _life;
    private SearchMemory? _memory;

    private JobState(JobSubmitted submitted)
    {
        JobId = submitted.JobId;
        Spec = submitted.Spec;
        Space = submitted.Space;
        _life = JobLifecycle.Follow(life: null, submitted);
    }

    /// <summary>The job's identity.</summary>
    public string JobId { get; }

    /// <summary>The job's spec.</summary>
    public JobSpec Spec { get; private set; }

    /// <summary>The search space.</summary>
    public SearchSpace Space { get; }

    /// <summary>The rounds so far.</summary>
    public IReadOnlyList<RoundProposed> Rounds => _rounds;

    /// <summary>The items of all rounds, by sequence number.</summary>
    public IReadOnlyList<WorkItem> Items => _items;

    /// <summary>
    /// Results by sequence number, up to the first that is missing; failures as <see cref="FailedResult"/>, items dropped by a stop as
    /// <see cref="UndoneResult"/>.
    /// </summary>
    public IReadOnlyList<WorkResult> Results => _results;

    /// <summary>
    /// The knowledge from the results; each access only adds the new ones, so its cost does not grow with the job. Read-only, and like the
    /// state for one thread at a time.
    /// </summary>
    internal SearchMemory Memory
    {
        get
        {
            _memory ??= new SearchMemory(Spec, Space);
            return Followed(_memory);
        }
    }

    /// <summary>A memory of its own with all results, and other options.</summary>
    internal SearchMemory MemoryFor(JobOptions asked) =>
        Followed(new SearchMemory(Spec with { Options = asked }, Space) { IsAskedAnew = true });

    /// <summary>Items that ended without a result.</summary>
    public IReadOnlyList<ItemFailed> Failures => _failures;

    /// <summary>Files published so far.</summary>
    public IReadOnlyList<ArtefactPublished> Artefacts => _artefacts;

    /// <summary>What the test set says of the search's winner, or null before that.</summary>
    public TestResult? Test { get; private set; }

    /// <summary>The search's winner, once selected.</summary>
    public WinnerSelected? Selection { get; private set; }

    /// <summary>The stop of the job, or null if it was not stopped.</summary>
    public SearchStopped? Stopped { get; private set; }

    /// <summary>How many rounds came before the stop of the search, the last one possibly incomplete; null without a stop.</summary>
    public int? RoundsBeforeStop { get; private set; }

    /// <summary>How often its finalists were timed again after it had finished.</summary>
    public int Retimings { get; private set; }

    /// <summary>The items of steps after the search that have ended, in order.</summary>
    public IReadOnlyList<StepEvent> Steps => _steps;

    /// <summary>How an item of a step ended before the finalists were timed again, or null if it was not asked for.</summary>
    public StepEvent? Taken(WorkItem item) => _taken.GetValueOrDefault(item);

    /// <summary>The job's winner: the search's, or a step's replacement.</summary>
    public WinnerSelected? Winner => Replacement(_steps)?.Winner ?? Selection;

    /// <summary>Whether the job has ended with a result.</summary>
    public bool IsCompleted => Status == JobStatus.Succeeded;

    /// <summary>The job's status.</summary>
    public JobStatus Status => _life.Status;

    /// <summary>Why the job was cancelled, failed or is suspended, or null.</summary>
    public string? Reason => _life.Reason;

    /// <summary>What a failed job's request fails on.</summary>
    public JobFault FailsOn => _life.FailsOn;

    /// <summary>When a suspended job is retried automatically, or null.</summary>
    public DateTimeOffset? RetryAt => _life.RetryAt;

    /// <summary>How often the job was suspended since it last made progress.</summary>
    public int Suspensions => _life.Suspensions;

    /// <summary>Why the job was asked to stop, empty without a reason, or null if it was not asked.</summary>
    public string? StopReason { get; private set; }

    /// <summary>Proposed items that still need a result, in order.</summary>
    public IReadOnlyList<ProposedItem> Pending =>
        _rounds.Count == 0 ? [] : _rounds[^1].Items.Where(item => IsMissing(item.Sequence)).ToArray();

    private bool IsRoundOpen => _results.Count < _items.Count;

    /// <summary>The labels of images as <see cref="LabelsGiven"/> gave them, or null if one is missing.</summary>
    public LabelResult? LabelsOf(IReadOnlyList<int> images) =>
        images.All(_labels.ContainsKey) ? new LabelResult([.. images.Select(image => _labels[image])]) : null;

    /// <summary>The attempts at an item.</summary>
    /// <param name="sequence">The item's number, or a <see cref="WorkItem.StepSequence"/>.</param>
    public ItemAttempts Attempts(int sequence) => _attempts.GetValueOrDefault(sequence, ItemAttempts.None);

    /// <summary>The winner at the start of a step: the search's, or an earlier step's replacement.</summary>
    public WinnerSelected? WinnerBefore(IPostSearchStep step) => Replacement(Before(step))?.Winner ?? Selection;

    /// <summary>The result that replaced the search's winner, or null if it was not replaced.</summary>
    public LearnedResult? Kept => Replacement(_steps)?.Kept;

    /// <summary>The result that replaced the search's winner before a step, or null if it was not replaced.</summary>
    public LearnedResult? KeptBefore(IPostSearchStep step) => Replacement(Before(step))?.Kept;

    /// <summary>Folds a whole journal; null for an empty one.</summary>
    /// <exception cref="JobException">An event cannot follow those before it.</exception>
    public static JobState? Fold(IEnumerable<JournalEvent> events)
    {
        JobState? state = null;
        foreach (var journalEvent in events)
        {
            if (state is null)
            {
                state = journalEvent is JobSubmitted submitted
                    ? new JobState(submitted)
                    : throw new JobException(
                        "The journal does not begin with the job's submission: restore it from a copy, or start again with --fresh.");
            }
            else
            {
                state.Apply(journalEvent);
            }
        }

        return state;
    }

    /// <summary>Folds one more event into this state.</summary>
    /// <exception cref="JobException">The event cannot follow those before it.</exception>
    public void Apply(JournalEvent journalEvent)
    {
        var life = JobLifecycle.Follow(_life, journalEvent);
        switch (journalEvent)
        {
            case RoundProposed round:
                Require(!IsRoundOpen && Selection is null, round, "the round before it is not complete or the winner is selected");
                Require(
                    round.Round == _rounds.Count && round.After == _results.Count,
                    round,
                    "its number or the prefix that it was made from is another");
                Require(
                    round.Items
                        .Select((item, i) =>
                            item.Sequence == _results.Count + i && string.Equals(item.Id, item.Item.Id, StringComparison.Ordinal))
                        .All(ok => ok),
                    round,
                    "its items are not numbered in order or have other ids");
                _rounds.Add(round);
                _items.AddRange(round.Items.Select(item => item.Item));
                break;
            case ItemCompleted completed:
                Require(completed.Result is not FailedResult, completed, "a failure is not a result");
                End(completed, completed.Sequence, completed.Item);
                break;
            case ItemFailed failed:
                End(failed, failed.Sequence, failed.Item);
                break;
            case SearchStopped stopped:
                Require(Stopped is null, stopped, "the search is stopped once");
                Stop(stopped);
                break;
            case SearchContinued continued:
                Require(Stopped is null, continued, "the search is stopped");
                Spec = Spec with { Options = Spec.Options with { MaxMinutes = continued.MaxMinutes } };
                break;
            case SearchRetimed retimed:
                Require(Selection is not null, retimed, "no winner is selected");
                Retime();
                break;
            case WinnerSelected selected:
                Require(!IsRoundOpen && Selection is null, selected, "a round is not complete or there is a winner already");
                Selection = selected;
                break;
            case StepEvent step:
                ApplyStep(step);
                break;
            case LabelsGiven given:
                Require(given.Images.Count == given.Labels.Count, given, "it has not one label for each image");
                foreach (var (image, label) in given.Images.Zip(given.Labels))
                {
                    _labels[image] = label;
                }

                break;
            case StopRequested stop:
                StopReason ??= stop.Reason;
                break;
            case ArtefactPublished artefact:
                Require(Selection is not null, artefact, "no winner is selected");
                _artefacts.RemoveAll(known => string.Equals(known.Name, artefact.Name, StringComparison.Ordinal));
                _artefacts.Add(artefact);
                break;
            case JobCompleted completed:
                Require(
                    string.Equals(Winner?.Plan.Digest, completed.PlanDigest, StringComparison.Ordinal),
                    completed,
                    "its plan is not the selected one");
                break;
            case AttemptStarted started:
                Start(started);
                break;
            case AttemptFailed failed:
                Require(Attempts(failed.Sequence).Open?.Attempt == failed.Attempt, failed, "no such attempt is under way");
                _attempts[failed.Sequence].Fail(failed);
                break;
        }

        _life = life;
    }

    /// <summary>Whether the job's status allows an event.</summary>
    public bool Allows(JournalEvent journalEvent) => JobLifecycle.Next(_life, journalEvent) is not null;

    private SearchMemory Followed(SearchMemory memory)
    {
        memory.Follow(_items, _results, _steps);
        (memory.Stopped, memory.Retimings) = (Stopped?.Reason, Retimings);
        return memory;
    }

    private void Stop(SearchStopped stopped)
    {
        Stopped = stopped;
        RoundsBeforeStop = Selection is null ? _rounds.Count : null;
        while (IsRoundOpen)
        {
            _results.Add(new UndoneResult());
            TakeEarly();
        }

        foreach (var attempts in _attempts.Values)
        {
            attempts.End();
        }
    }

    private void Retime()
    {
        Retimings++;
        (Selection, Test) = (null, null);
        foreach (var step in _steps)
        {
            _taken[step.Item] = step;
        }

        _steps.Clear();
        _memory = null;
        foreach (var attempts in _attempts.Values)
        {
            attempts.End();
        }
    }

    private void ApplyStep(StepEvent ended)
    {
        Require(
            PostSearchSteps.Of(ended.Sequence) is { } step
                && PostSearchSteps.IsOf(ended, step)
                && PostSearchSteps.Next(this, step) == ended.Sequence
                && step.Accepts(this, ended)
                && (ended as StepCompleted)?.Next is var next
                && (next is null || (next < ended.Sequence && step.Sequences.Contains(next.Value))),
            ended,
            "no such item of a step is due");
        _steps.Add(ended);
        Attempts(ended.Sequence).End();
    }

    private IEnumerable<StepEvent> Before(IPostSearchStep step) => _steps.Where(ended => PostSearchSteps.IsBefore(ended, step));

    private static StepCompleted? Replacement(IEnumerable<StepEvent> steps) =>
        steps.OfType<StepCompleted>().LastOrDefault(step => step.Winner is not null);

    private void Start(AttemptStarted started)
    {
        Require(
            IsDue(started.Sequence) && started.Attempt == Attempts(started.Sequence).Started + 1,
            started,
            "its item is not due, or its number is another");
        if (!_attempts.TryGetValue(started.Sequence, out var attempts))
        {
            _attempts[started.Sequence] = attempts = new ItemAttempts();
        }

        attempts.Start(started);
    }

    private bool IsDue(int sequence) => sequence switch
    {
        PublishItem.Sequence => Selection is not null,
        < 0 => PostSearchSteps.Of(sequence) is { } step && PostSearchSteps.Next(this, step) == sequence,
        _ => IsMissing(sequence),
    };

    private static void Require(bool condition, JournalEvent journalEvent, string why)
    {
        if (!condition)
        {
            throw JobLifecycle.CannotFollow(journalEvent, why);
        }
    }

    // A proposed item's result.
    private bool IsMissing(int sequence) =>
        sequence >= _results.Count && sequence < _items.Count && !_early.ContainsKey(sequence);

    // Results are used in the order of proposal, whatever the order of their ends: so it does not depend on the number of workers.
    private void End(JournalEvent ended, int sequence, string id)
    {
        Require(
            IsMissing(sequence)
                && _rounds[^1].Items is var items
                && string.Equals(items[sequence - items[0].Sequence].Id, id, StringComparison.Ordinal), // numbers are consecutive
            ended,
            "no such item is without a result");
        Attempts(sequence).End();
        _early.Add(sequence, ended);
        TakeEarly();
    }

    private void TakeEarly()
    {
        while (_early.Remove(_results.Count, out var ended))
        {
            if (ended is ItemFailed failed)
            {
                _failures.Add(failed);
            }

            _results.Add(ended is ItemCompleted completed ? completed.Result : ((ItemFailed)ended).Failure);
            Test = _results[^1] as TestResult ?? Test;
        }
    }
}
