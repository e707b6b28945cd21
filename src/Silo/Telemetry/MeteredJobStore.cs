namespace Cluster.Silo.Telemetry;

/// <summary>A job store whose journals are metered.</summary>
internal sealed class MeteredJobStore(IJobStore store, SiloMetrics metrics, ILogger<MeteredJobStore> logger) : IJobStore
{
    public Task CheckWritableAsync(CancellationToken cancellationToken) => store.CheckWritableAsync(cancellationToken);

    public Task<IAsyncDisposable?> LockAsync(string name, CancellationToken cancellationToken) => store.LockAsync(name, cancellationToken);

    public Task<JobEntry> AddAsync(JobEntry entry, CancellationToken cancellationToken) => store.AddAsync(entry, cancellationToken);

    public Task AddNextAsync(JobEntry next, CancellationToken cancellationToken) => store.AddNextAsync(next, cancellationToken);

    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) => store.FindAsync(id, cancellationToken);

    public Task<JobEntry?> FindRequestAsync(string requestId, CancellationToken cancellationToken) =>
        store.FindRequestAsync(requestId, cancellationToken);

    public Task<IReadOnlyList<JobEntry>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        store.ListAsync(query, cancellationToken);

    public Task<IReadOnlyList<JobKey>> ListKeysAsync(JobQuery query, CancellationToken cancellationToken) =>
        store.ListKeysAsync(query, cancellationToken);

    public Task<bool> SetPreparedAsync(JobEntry entry, CancellationToken cancellationToken) =>
        store.SetPreparedAsync(entry, cancellationToken);

    public Task SetStatusAsync(string id, JobStatus status, CancellationToken cancellationToken) =>
        store.SetStatusAsync(id, status, cancellationToken);

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => store.RemoveAsync(id, cancellationToken);

    public Task<IReadOnlyList<JournalRecord>> ReadJournalAsync(string id, CancellationToken cancellationToken) =>
        store.ReadJournalAsync(id, cancellationToken);

    public async Task<IJournal> OpenJournalAsync(string id, CancellationToken cancellationToken)
    {
        var began = Stopwatch.GetTimestamp();
        try
        {
            var journal = await store.OpenJournalAsync(id, cancellationToken);
            metrics.Opened(Stopwatch.GetElapsedTime(began), error: null);
            return new MeteredJournal(journal, id, metrics, logger);
        }
        catch (Exception failure)
        {
            metrics.Opened(Stopwatch.GetElapsedTime(began), failure.GetType().Name);
            throw;
        }
    }
}
