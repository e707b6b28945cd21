namespace Cluster.Coordinator.Running;

/// <summary>
/// Runs the pending items of a round with several workers and records each as it ends, so that no result waits for another's to be durable;
/// the fold puts them in the order of proposal. Timing comes last, because it needs its machine exclusively: on one machine one item after
/// another, in a cluster on as many nodes as are free, since each times FP32 with the candidate.
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
        var looking = lookahead?.RunAsync(items, [.. ended.Select(end => end.Task)], stop.Token) ?? Task.CompletedTask;
        try
        {
            await WorkAsync(items, ended, stop.Token);
        }
        finally
        {
            await stop.CancelAsync();
            await looking;
        }
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
                var recorded = Task.CompletedTask;
                try
                {
                    // Off the caller's context: a worker that ends at once must not hold up the others' beginning. And in their order.
                    await Task.Factory.StartNew(
                        async () => recorded = await DoOneAsync(items[i], ended[i], failed.Token),
                        failed.Token,
                        TaskCreationOptions.PreferFairness | TaskCreationOptions.DenyChildAttach,
                        TaskScheduler.Default).Unwrap();
                }
                finally
                {
                    free.Release();
                }

                // The next item does not wait for it, and results that end together are written together.
                await recorded;
            }
            catch
            {
                await failed.CancelAsync();
                throw;
            }
        }
    }

    // The task of its record.
    private async Task<Task> DoOneAsync(
        ProposedItem item, TaskCompletionSource<JournalEvent> ended, CancellationToken cancellationToken)
    {
        await control.EnterAsync(cancellationToken);
        try
        {
            progress.ItemBegan(item.Item);
            var end = await executor.RunAsync(item, cancellationToken);
            ended.SetResult(end);
            var recorded = RecordAsync(item, end);
            progress.ItemEnded(item.Item);
            return recorded;
        }
        finally
        {
            await control.LeaveAsync();
        }
    }

    private async Task RecordAsync(ProposedItem item, JournalEvent ended)
    {
        await journal.AppendAsync(ended);
        executor.Recorded(item.Sequence);
        progress.Recorded();
    }
}
