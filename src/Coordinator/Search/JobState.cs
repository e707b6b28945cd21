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

    private JobState(JobSubmitted submitted)
    {
        JobId = submitted.JobId;
        Spec = submitted.Spec;
        Space = submitted.Space;
    }

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

    /// <summary>The winner, once selected.</summary>
    public WinnerSelected? Selection { get; private set; }

    /// <summary>Whether the job is over.</summary>
    public bool IsCompleted { get; private set; }

    /// <summary>Items proposed that have no result yet, in order.</summary>
    public IReadOnlyList<ProposedItem> Pending =>
        _rounds.Count == 0 ? [] : _rounds[^1].Items.Where(item => item.Sequence >= _results.Count).ToArray();

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
                    : throw new JobException("The journal does not begin with the job's submission: restore it from a copy, or start again with --fresh.");
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
        Require(!IsCompleted, journalEvent, "the job is already over");
        switch (journalEvent)
        {
            case RoundProposed round:
                Require(Pending.Count == 0 && Selection is null, round, "the round before it is not complete or the winner is already selected");
                Require(round.Round == _rounds.Count && round.After == _results.Count, round, "its number or the prefix that it was made from is another");
                Require(round.Items.Select((item, i) => item.Sequence == _results.Count + i && string.Equals(item.Id, item.Item.Id, StringComparison.Ordinal)).All(ok => ok), round, "its items are not numbered in order or have other ids");
                _rounds.Add(round);
                break;
            case ItemCompleted completed:
                RequireNext(completed, completed.Sequence, completed.Item);
                Require(completed.Result is not FailedResult, completed, "a failure is not a result");
                _results.Add(completed.Result);
                break;
            case ItemFailed failed:
                RequireNext(failed, failed.Sequence, failed.Item);
                _results.Add(failed.Failure);
                _failures.Add(failed);
                break;
            case WinnerSelected selected:
                Require(Pending.Count == 0 && Selection is null, selected, "a round is not complete or there is a winner already");
                Selection = selected;
                break;
            case ArtefactPublished artefact:
                Require(Selection is not null, artefact, "no winner is selected");
                _artefacts.RemoveAll(known => string.Equals(known.Name, artefact.Name, StringComparison.Ordinal));
                _artefacts.Add(artefact);
                break;
            case JobCompleted completed:
                Require(Selection is not null && string.Equals(Selection.Plan.Digest, completed.PlanDigest, StringComparison.Ordinal), completed, "its plan is not the selected one");
                IsCompleted = true;
                break;
            default:
                Require(condition: false, journalEvent, "a job is submitted once");
                break;
        }
    }

    private static void Require(bool condition, JournalEvent journalEvent, string why)
    {
        if (!condition)
        {
            throw new JobException($"The journal holds an event {journalEvent.GetType().Name} that cannot follow those before it ({why}): restore it from a copy, or start again with --fresh.");
        }
    }

    private void RequireNext(JournalEvent journalEvent, int sequence, string id)
    {
        var pending = Pending;
        Require(pending.Count > 0 && pending[0].Sequence == sequence && string.Equals(pending[0].Id, id, StringComparison.Ordinal), journalEvent, "the next result due is another item's");
    }
}
