using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator;

/// <summary>Does the pending items of a round with several workers and records them in the order of proposal, whatever order they end in.</summary>
internal static class RoundExecutor
{
    public static async Task RunAsync(
        IEvaluator evaluator,
        JobRunnerOptions options,
        JobState state,
        Func<JournalEvent, Task> record,
        ProgressReporter progress,
        CancellationToken cancellationToken)
    {
        progress.RoundBegan();
        var items = state.Pending;
        var ended = items.Select(_ => new TaskCompletionSource<JournalEvent>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = WorkAsync(new ItemExecutor(evaluator, options), items, ended, options.Workers, progress, stop.Token);
        try
        {
            foreach (var next in ended)
            {
                // Results that ended early wait here: one that is lost with the process is done again, so nothing but time depends on the order.
                await Task.WhenAny(next.Task, work);
                if (!next.Task.IsCompleted)
                {
                    await work;
                }

                await record(await next.Task);
                progress.Recorded();
            }
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(work);
        }

        await work;
    }

    private static async Task WorkAsync(
        ItemExecutor executor,
        IReadOnlyList<ProposedItem> items,
        TaskCompletionSource<JournalEvent>[] ended,
        int workers,
        ProgressReporter progress,
        CancellationToken cancellationToken)
    {
        var shared = Enumerable.Range(0, items.Count).Where(i => !items[i].Item.IsExclusive).ToArray();
        await Parallel.ForEachAsync(
            shared,
            new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, workers), CancellationToken = cancellationToken },
            async (i, token) => await DoAsync(i, token));

        // Timing needs the machine to itself: one at a time, after everything else of the round.
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Item.IsExclusive)
            {
                await DoAsync(i, cancellationToken);
            }
        }

        async ValueTask DoAsync(int i, CancellationToken token)
        {
            progress.ItemBegan(items[i].Item.Title);
            ended[i].SetResult(await executor.RunAsync(items[i], token));
            progress.ItemEnded(items[i].Item.Title);
        }
    }
}
