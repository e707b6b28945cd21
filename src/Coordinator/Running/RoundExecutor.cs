using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Running;

/// <summary>
/// Does the pending items of a round with several workers and records them in the order of proposal, whatever order
/// they end in.
/// </summary>
internal sealed class RoundExecutor(ItemExecutor executor, JobJournal journal, JobControl control, int workers, ProgressReporter progress)
{
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        progress.RoundBegan();
        var items = journal.Read(state => state!.Pending);
        var ended = items.Select(_ => new TaskCompletionSource<JournalEvent>(TaskCreationOptions.RunContinuationsAsynchronously)).ToArray();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var work = WorkAsync(items, ended, stop.Token);
        var written = Task.CompletedTask;
        try
        {
            foreach (var (next, item) in ended.Zip(items))
            {
                // Results that ended early wait here: one that is lost with the process is done again, so nothing but
                // time depends on the order.
                await Task.WhenAny(next.Task, work);
                if (!next.Task.IsCompleted)
                {
                    await work;
                }

                // Not awaited one by one: those that are due together are written together, and the last one is durable after all others.
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
        using var free = new SemaphoreSlim(Math.Max(1, workers));
        using var failed = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var running = new List<Task>();
        try
        {
            for (var i = 0; i < items.Count; i++)
            {
                if (!items[i].Item.IsExclusive)
                {
                    await free.WaitAsync(failed.Token);
                    running.Add(DoAsync(i));
                }
            }
        }
        finally
        {
            await Task.WhenAll(running);
        }

        // Timing needs the machine to itself: one at a time, after everything else of the round.
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Item.IsExclusive)
            {
                await free.WaitAsync(cancellationToken);
                await DoAsync(i);
            }
        }

        async Task DoAsync(int i)
        {
            try
            {
                // Off the caller's context: a worker that ends at once must not hold up the others' beginning.
                await Task.Run(() => DoOneAsync(items[i], ended[i], failed.Token), failed.Token);
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
            progress.ItemBegan(item.Item.Title);
            ended.SetResult(await executor.RunAsync(item, cancellationToken));
            progress.ItemEnded(item.Item.Title);
        }
        finally
        {
            await control.LeaveAsync();
        }
    }
}
