using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Search;

/// <summary>A job as the fold of its events.</summary>
public sealed class JobState
{
    private readonly List<RoundProposed> _rounds = [];
    private readonly List<WorkResult> _results = [];
    private readonly List<ItemFailed> _failures = [];
    private readonly List<ArtefactPublished> _artefacts = [];
    private readonly List<JournalEvent> _escalation = [];
    private readonly Dictionary<int, ItemAttempts> _attempts = [];
    private JobLife _life;

    private JobState(JobSubmitted submitted)
    {
        JobId = submitted.JobId;
        Spec = submitted.Spec;
        Space = submitted.Space;
        _life = JobLifecycle.Follow(life: null, submitted);
    }

    /// <summary>The number under which attempts at publishing are kept: it is no item of the search.</summary>
    public const int PublishSequence = -1;

    /// <summary>The number under which attempts at the winner's fine-tuning are kept.</summary>
    public const int FineTuneSequence = -2;

    /// <summary>
    /// The number under which attempts at the first step of an escalation are kept; those of later steps follow below
    /// it.
    /// </summary>
    public const int FirstReconstructionSequence = -3;

    /// <summary>The job's identity.</summary>
    public string JobId { get; }

    /// <summary>What was asked.</summary>
    public JobSpec Spec { get; }

    /// <summary>What is decided about.</summary>
    public SearchSpace Space { get; }

    /// <summary>The rounds so far.</summary>
    public IReadOnlyList<RoundProposed> Rounds => _rounds;

    /// <summary>Results by sequence number; failures as <see cref="FailedResult"/>.</summary>
    public IReadOnlyList<WorkResult> Results => _results;

    /// <summary>Items that ended without a result.</summary>
    public IReadOnlyList<ItemFailed> Failures => _failures;

    /// <summary>Files published so far.</summary>
    public IReadOnlyList<ArtefactPublished> Artefacts => _artefacts;

    /// <summary>The search's winner, once selected.</summary>
    public WinnerSelected? Selection { get; private set; }

    /// <summary>The steps of the escalation that have ended, in order.</summary>
    public IReadOnlyList<JournalEvent> Escalation => _escalation;

    /// <summary>What those steps were asked for.</summary>
    public IEnumerable<ReconstructItem> Steps => _escalation.Select(ReconstructionDecision.ItemOf);

    /// <summary>The step of the escalation whose result is the winner, fine-tuning aside; null where the search's winner is.</summary>
    public ReconstructionCompleted? Reconstructed { get; private set; }

    /// <summary>What became of the winner's fine-tuning, or null where there was none or it failed.</summary>
    public FineTuneCompleted? FineTune { get; private set; }

    /// <summary>Why the winner's fine-tuning has no result, or null.</summary>
    public FineTuneFailed? FineTuneFailure { get; private set; }

    /// <summary>The winner that a fine-tuning begins with: the search's, or what a reconstruction put in its place.</summary>
    public WinnerSelected? Untuned => Reconstructed?.Winner ?? Selection;

    /// <summary>The job's winner: the search's, or what reconstruction and fine-tuning made of it.</summary>
    public WinnerSelected? Winner => FineTune?.Winner ?? Untuned;

    /// <summary>Whether the job is over and has a result.</summary>
    public bool IsCompleted => Status == JobStatus.Succeeded;

    /// <summary>Where the job is in its life.</summary>
    public JobStatus Status => _life.Status;

    /// <summary>Why the job was cancelled or failed, or null.</summary>
    public string? Reason => _life.Reason;

    /// <summary>Items proposed that have no result yet, in order.</summary>
    public IReadOnlyList<ProposedItem> Pending =>
        _rounds.Count == 0 ? [] : _rounds[^1].Items.Where(item => item.Sequence >= _results.Count).ToArray();

    // Numbers of a round follow each other.
    private ProposedItem? NextDue =>
        _rounds.Count > 0
            && _rounds[^1].Items is { Count: > 0 } items
            && _results.Count - items[0].Sequence is var next
            && next < items.Count ? items[next] : null;

    /// <summary>The attempts at an item.</summary>
    /// <param name="sequence">The item's number, <see cref="PublishSequence"/>, <see cref="FineTuneSequence"/> or a
    /// <see cref="ReconstructionSequence"/>.</param>
    public ItemAttempts Attempts(int sequence) => _attempts.GetValueOrDefault(sequence, ItemAttempts.None);

    /// <summary>The number under which attempts at a step of an escalation are kept.</summary>
    public static int ReconstructionSequence(ReconstructionStep step) => FirstReconstructionSequence - (int)step;

    /// <summary>The step whose attempts are kept under a number, or null.</summary>
    public static ReconstructionStep? StepOf(int sequence) =>
        (ReconstructionStep)(FirstReconstructionSequence - sequence) is var step && Enum.IsDefined(step) ? step : null;

    /// <summary>Folds a whole journal, or gives null for an empty one.</summary>
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
                Require(
                    NextDue is null && Selection is null, round, "the round before it is not complete or the winner is already selected");
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
                break;
            case ItemCompleted completed:
                RequireNext(completed, completed.Sequence, completed.Item);
                Require(completed.Result is not FailedResult, completed, "a failure is not a result");
                _results.Add(completed.Result);
                Attempts(completed.Sequence).End();
                break;
            case ItemFailed failed:
                RequireNext(failed, failed.Sequence, failed.Item);
                _results.Add(failed.Failure);
                _failures.Add(failed);
                Attempts(failed.Sequence).End();
                break;
            case WinnerSelected selected:
                Require(NextDue is null && Selection is null, selected, "a round is not complete or there is a winner already");
                Selection = selected;
                break;
            case ReconstructionProbed or ReconstructionCompleted or ReconstructionFailed:
                ApplyStep(journalEvent);
                break;
            case FineTuneCompleted tuned:
                RequireFineTune(tuned, tuned.Item);
                FineTune = tuned;
                Attempts(FineTuneSequence).End();
                break;
            case FineTuneFailed failed:
                RequireFineTune(failed, failed.Item);
                FineTuneFailure = failed;
                Attempts(FineTuneSequence).End();
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
            case AttemptStarted or AttemptFailed:
                ApplyAttempt(journalEvent);
                break;
        }

        _life = life;
    }

    /// <summary>Whether an event may follow as far as the job's status goes.</summary>
    public bool Allows(JournalEvent journalEvent) => JobLifecycle.Next(_life, journalEvent) is not null;

    // Which plan is reconstructed is not asked again: a later version may choose another one, and has to read this journal all the same.
    private void ApplyStep(JournalEvent journalEvent)
    {
        var item = ReconstructionDecision.ItemOf(journalEvent);
        var iterations = item.Step == ReconstructionStep.Probe ? 0 : Spec.Options.ReconstructIterations;
        Require(
            ReconstructionDecision.NextStep(this) == item.Step
                && item.Iterations == iterations
                && string.Equals(item.Context, Spec.ReconstructionContext, StringComparison.Ordinal),
            journalEvent,
            "no such step of a reconstruction is due");
        Require(
            journalEvent is ReconstructionFailed || (journalEvent is ReconstructionProbed) == (item.Step == ReconstructionStep.Probe),
            journalEvent,
            "its step has another kind of result");
        _escalation.Add(journalEvent);
        Reconstructed = journalEvent is ReconstructionCompleted { Winner: not null } kept ? kept : Reconstructed;
        Attempts(ReconstructionSequence(item.Step)).End();
    }

    private void ApplyAttempt(JournalEvent journalEvent)
    {
        switch (journalEvent)
        {
            case AttemptStarted started:
                Require(
                    IsDue(started.Sequence) && started.Attempt == Attempts(started.Sequence).Started + 1,
                    started,
                    "its item is not due, or its number is another");
                if (!_attempts.TryGetValue(started.Sequence, out var attempts))
                {
                    _attempts[started.Sequence] = attempts = new ItemAttempts();
                }

                attempts.Start(started);
                break;
            case AttemptFailed failed:
                Require(Attempts(failed.Sequence).Open?.Attempt == failed.Attempt, failed, "no such attempt is under way");
                _attempts[failed.Sequence].Fail(failed);
                break;
        }
    }

    private bool IsDue(int sequence) => sequence switch
    {
        PublishSequence => Selection is not null,
        FineTuneSequence => FineTuneIsDue,
        < 0 => StepOf(sequence) is { } step && ReconstructionDecision.NextStep(this) == step,
        _ => sequence >= _results.Count && _rounds.Count > 0 && sequence <= _rounds[^1].Items[^1].Sequence,
    };

    private bool FineTuneIsDue =>
        Selection is not null && Spec.Options.FineTune is not FineTuneMode.Never && FineTune is null && FineTuneFailure is null;

    private void RequireFineTune(JournalEvent journalEvent, string item) =>
        Require(
            FineTuneIsDue && string.Equals(FineTuneDecision.Item(this).Id, item, StringComparison.Ordinal),
            journalEvent,
            "no such fine-tuning is due");

    private static void Require(bool condition, JournalEvent journalEvent, string why)
    {
        if (!condition)
        {
            throw JobLifecycle.CannotFollow(journalEvent, why);
        }
    }

    private void RequireNext(JournalEvent journalEvent, int sequence, string id)
    {
        var due = NextDue;
        Require(
            due is not null && due.Sequence == sequence && string.Equals(due.Id, id, StringComparison.Ordinal),
            journalEvent,
            "the next result due is another item's");
    }
}
