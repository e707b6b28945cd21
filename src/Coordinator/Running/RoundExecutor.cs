using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Running;

/// <summary>
/// Runs the pending items of a round with several workers and records them in the order of proposal, independent of the order in which they
/// end. Timing comes last, because it needs its machine exclusively: on one machine one item after another, in a cluster on as many nodes
/// as are free, since each times FP32 with the candidate.
/// </summary>
internal sealed class RoundExecutor(
    ItemExecutor executor,
    JobJournal journal,
    JobControl control,
    JobRunnerOptions options,
    ProgressReporter progress,
    Lookahead? lookahead = null)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        progress.RoundBegan();
        var items = journal.Read(state => state!.Pending);
        var ended = items.Select(_ => new TaskCompletionSource<JournalEvent>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = WorkAsync(items, ended, stop.Token);
        var looking = lookahead?.RunAsync(items, [.. ended.Select(end => end.Task)], stop.Token) ?? Task.CompletedTask;
        var written = Task.CompletedTask;
        try
        {
            foreach (var (next, item) in ended.Zip(items))
            {
                // Results that ended early wait here: if they are lost with the process, the work is repeated, so only time depends on the
                // order.
                await Task.WhenAny(next.Task, work);
                if (!next.Task.IsCompleted)
                {
                    await work;
                }

                // Not awaited one by one: results due together are written together, and the last one is durable after all others.
                written = RecordAsync(item, await next.Task);
                progress.Recorded();
            }

            await written;
            await work;
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAny(work);
            await Task.WhenAny(written);
            await looking;
        }
    }

    private async Task RecordAsync(ProposedItem item, JournalEvent ended)
    {
        await journal.AppendAsync(ended);
        executor.Recorded(item.Sequence);
    }

    private async Task WorkAsync(
        IReadOnlyList<ProposedItem> items, TaskCompletionSource<JournalEvent>[] ended, CancellationToken cancellationToken)
    {
        using var free = new SemaphoreSlim(Math.Max(1, options.Workers));
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task>();
        options.Timings?.Invoke([.. items.Select(item => item.Item).OfType<LatencyItem>().Where(item => !executor.IsReplayed(item))]);
        try
        {
            foreach (var i in Enumerable.Range(0, items.Count).OrderBy(i => items[i].Item.IsExclusive))
            {
                if (items[i].Item.IsExclusive && !options.Distributed)
                {
                    await Task.WhenAll(running);
                }

                await free.WaitAsync(failed.Token);
                running.Add(DoAsync(i));
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }

        async Task DoAsync(int i)
        {
            try
            {
                // Off the caller's context: a worker that ends at once must not hold up the others' beginning. And in their order.
                await Task.Factory.StartNew(
                    () => DoOneAsync(items[i], ended[i], failed.Token),
                    failed.Token,
                    TaskCreationOptions.PreferFairness | TaskCreationOptions.DenyChildAttach,
                    TaskScheduler.Default).Unwrap();
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
            finally
            {
                free.Release();
            }
        }
    }

    private async Task DoOneAsync(ProposedItem item, TaskCompletionSource<JournalEvent> ended, CancellationToken cancellationToken)
    {
        await control.EnterAsync(cancellationToken);
        try
        {
            progress.ItemBegan(item.Item);
            ended.SetResult(await executor.RunAsync(item, cancellationToken));
            progress.ItemEnded(item.Item);
        }
        finally
        {
            await control.LeaveAsync();
        }
    }
}
