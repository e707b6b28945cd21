using Cluster.Coordinator.Search.Speculation;

namespace Cluster.Coordinator.Running;

/// <summary>
/// Speculatively runs work that the search is likely to request next, while a round still runs: a search is narrow, and waits for the last
/// item of each round. Decisions and records are the same as without it; work that is not requested is lost.
/// </summary>
internal sealed class Lookahead
{
    // The least round length to react to, and the least interval between two predictions.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    // Jobs with more results have wide rounds, and each prediction costs as much as all their decisions so far.
    private const int MostResults = 500;

    private readonly ISpeculation _speculation;
    private readonly JobJournal _journal;
    private readonly JobRunnerOptions _options;

    private Lookahead(ISpeculation speculation, JobJournal journal, JobRunnerOptions options) =>
        (_speculation, _journal, _options) = (speculation, journal, options);

    /// <summary>Creates one for a job; null if there is no room for it, or the job limits its evaluations.</summary>
    public static Lookahead? Of(IEvaluator evaluator, JobJournal journal, JobRunnerOptions options) =>
        evaluator.Speculation is { } speculation
            && options.Speculative is not null
            && journal.Read(state => state!.Spec.Options.BudgetEvaluations is null)
            ? new Lookahead(speculation, journal, options)
            : null;

    /// <summary>Predicts and runs work until the round has ended.</summary>
    /// <param name="items">The round's items.</param>
    /// <param name="ended">Their outcomes.</param>
    /// <param name="over">Cancelled when the round has ended.</param>
    public async Task RunAsync(IReadOnlyList<ProposedItem> items, IReadOnlyList<Task<JournalEvent>> ended, CancellationToken over)
    {
        var looked = (Ended: -1, Found: -1);
        while (!over.IsCancellationRequested)
        {
            await Task.WhenAny(Task.Delay(Pause, _options.Time, over));
            if (over.IsCancellationRequested)
            {
                return;
            }

            var found = _speculation.Found;
            var now = (Ended: ended.Count(end => end.IsCompletedSuccessfully), Found: found.Count);
            if (now != looked && now.Ended < items.Count && (looked.Ended < 0 || _speculation.HasRoom))
            {
                looked = now;
                if (!TryExpect(items, ended, found))
                {
                    return;
                }
            }
        }
    }

    private bool TryExpect(
        IReadOnlyList<ProposedItem> items, IReadOnlyList<Task<JournalEvent>> ended, IReadOnlyDictionary<WorkItem, WorkResult> found)
    {
        try
        {
            _speculation.Expect(Likely(items, ended, found));
            return true;
        }
#pragma warning disable CA1031 // Only time is at stake: a wrong prediction must not end a job.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            _speculation.Failed(fault);
            return false;
        }
    }

    private IReadOnlyList<WorkItem> Likely(
        IReadOnlyList<ProposedItem> items, IReadOnlyList<Task<JournalEvent>> ended, IReadOnlyDictionary<WorkItem, WorkResult> found)
    {
        if (_journal.Read(state => state is not { Status: JobStatus.Running, Stopped: null } || state.Results.Count > MostResults))
        {
            return [];
        }

        var known = new Dictionary<WorkItem, WorkResult>(found);
        foreach (var (item, end) in items.Zip(ended).Where(pair => pair.Second.IsCompletedSuccessfully))
        {
            known[item.Item] = end.Result is ItemCompleted completed ? completed.Result : ((ItemFailed)end.Result).Failure;
        }

        // No decision reads attempts.
        var events = _journal.Records(0).Select(record => record.Event)
            .Where(recorded => recorded is not (AttemptStarted or AttemptFailed))
            .ToArray();
        var all = LikelyItems.Of(events, _options.Speculative!, item => known.GetValueOrDefault(item));
        return [.. all.Except(items.Select(item => item.Item))];
    }

    /// <summary>Cancels running speculative work, and drops its results.</summary>
    public void Stop() => _speculation.Stop();
}
