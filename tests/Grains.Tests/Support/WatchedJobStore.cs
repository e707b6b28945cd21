namespace Cluster.Grains.Tests.Support;

/// <summary>A store that tells when a listed status has changed, and whose journals can be made to break.</summary>
internal sealed class WatchedJobStore(FileJobStore inner) : IJobStore, IDisposable
{
    private readonly ConcurrentQueue<WeakReference<IJournal>> _opened = new();
    private volatile TaskCompletionSource _changed = New();

    /// <summary>Completes with the next change of a status after this was read.</summary>
    public Task Changed => _changed.Task;

    /// <summary>Called before each append; throws where it is to fail.</summary>
    public Action? Appending { get; set; }

    /// <summary>The journals that were opened and are still in memory: whoever runs a job holds its own.</summary>
    public int JournalsHeld => _opened.Count(journal => journal.TryGetTarget(out _));

    public Task<JobEntry> AddAsync(JobEntry entry, CancellationToken cancellationToken) => inner.AddAsync(entry, cancellationToken);

    public Task AddNextAsync(JobEntry next, CancellationToken cancellationToken) => inner.AddNextAsync(next, cancellationToken);

    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) => inner.FindAsync(id, cancellationToken);

    public Task<JobEntry?> FindRequestAsync(string requestId, CancellationToken cancellationToken) =>
        inner.FindRequestAsync(requestId, cancellationToken);

    public Task<IReadOnlyList<JobEntry>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        inner.ListAsync(query, cancellationToken);

    public async Task<bool> SetPreparedAsync(JobEntry entry, CancellationToken cancellationToken)
    {
        var done = await inner.SetPreparedAsync(entry, cancellationToken);
        Tell();
        return done;
    }

    public async Task SetStatusAsync(string id, JobStatus status, CancellationToken cancellationToken)
    {
        await inner.SetStatusAsync(id, status, cancellationToken);
        Tell();
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => inner.RemoveAsync(id, cancellationToken);

    public async Task<IJournal> OpenJournalAsync(string id, CancellationToken cancellationToken)
    {
        var journal = new WatchedJournal(await inner.OpenJournalAsync(id, cancellationToken), this);
        _opened.Enqueue(new WeakReference<IJournal>(journal));
        return journal;
    }

    public Task<IReadOnlyList<JournalRecord>> ReadJournalAsync(string id, CancellationToken cancellationToken) =>
        inner.ReadJournalAsync(id, cancellationToken);

    public void Dispose() => inner.Dispose();

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Tell() => Interlocked.Exchange(ref _changed, New()).SetResult();

    private sealed class WatchedJournal(IJournal inner, WatchedJobStore store) : IJournal
    {
        public long Token => inner.Token;

        public IReadOnlyList<JournalRecord> Records => inner.Records;

        public Task<IReadOnlyList<JournalRecord>> AppendAsync(IReadOnlyList<JournalEvent> events, CancellationToken cancellationToken)
        {
            store.Appending?.Invoke();
            return inner.AppendAsync(events, cancellationToken);
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
