namespace Cluster.Coordinator.Ports;

/// <summary>The jobs of a cluster and their journals. Safe for several callers.</summary>
public interface IJobStore
{
    /// <summary>Checks whether jobs can be stored at the moment; leaves nothing behind.</summary>
    /// <exception cref="JobException">They cannot; the sentence says why.</exception>
    Task CheckWritableAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// Waits until no other server that shares the store holds its lock of a name, and holds it until the result is disposed of. Null: no
    /// other server shares it. Callers of one server take turns by themselves.
    /// </summary>
    Task<IAsyncDisposable?> LockAsync(string name, CancellationToken cancellationToken) => Task.FromResult<IAsyncDisposable?>(null);

    /// <summary>
    /// Stores a new job durably, or changes nothing and returns the job that an earlier call stored under the same request id; the caller
    /// compares <see cref="JobEntry.RequestDigest"/>.
    /// </summary>
    Task<JobEntry> AddAsync(JobEntry entry, CancellationToken cancellationToken);

    /// <summary>
    /// Stores the next run of a <see cref="RunSchedule"/> as <see cref="AddAsync"/> does, but only while the run before it is listed and
    /// has not ended: a coordinator that has lost its job brings back no run that was cancelled and deleted since.
    /// </summary>
    Task AddNextAsync(JobEntry next, CancellationToken cancellationToken);

    /// <summary>A job by id, or null.</summary>
    Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken);

    /// <summary>The job that was stored under a request id, or null.</summary>
    Task<JobEntry?> FindRequestAsync(string requestId, CancellationToken cancellationToken);

    /// <summary>A page of jobs.</summary>
    Task<IReadOnlyList<JobEntry>> ListAsync(JobQuery query, CancellationToken cancellationToken);

    /// <summary>The keys of a page of jobs, if their entries need not be read for them.</summary>
    async Task<IReadOnlyList<JobKey>> ListKeysAsync(JobQuery query, CancellationToken cancellationToken) =>
        [.. (await ListAsync(query, cancellationToken)).Select(job => new JobKey(job.Id, job.CreatedAt))];

    /// <summary>
    /// Durably stores what a job's preparation has come to (spec, space, status); false if it was already prepared, or has ended.
    /// </summary>
    Task<bool> SetPreparedAsync(JobEntry entry, CancellationToken cancellationToken);

    /// <summary>Changes a job's status for lists; does nothing if the job does not exist.</summary>
    Task SetStatusAsync(string id, JobStatus status, CancellationToken cancellationToken);

    /// <summary>Removes a job and its journal; false if there is none.</summary>
    Task<bool> RemoveAsync(string id, CancellationToken cancellationToken);

    /// <summary>Opens a job's journal and takes ownership of it.</summary>
    /// <exception cref="JobException">There is no such job, another process owns the journal, or it is damaged.</exception>
    Task<IJournal> OpenJournalAsync(string id, CancellationToken cancellationToken);

    /// <summary>Reads a job's journal without owning it, even while its owner writes.</summary>
    /// <exception cref="JobException">There is no such job, or its journal is damaged.</exception>
    Task<IReadOnlyList<JournalRecord>> ReadJournalAsync(string id, CancellationToken cancellationToken);
}

/// <summary>A page of jobs, the newest first (by <see cref="JobEntry.CreatedAt"/>, then by id, both descending).</summary>
/// <param name="Limit">At most this many, at least 1.</param>
/// <param name="Statuses">Only jobs with these statuses; empty: all.</param>
/// <param name="AfterCreatedAt">With <paramref name="AfterId"/>: only jobs that come after that one in this order.</param>
/// <param name="AfterId">See <paramref name="AfterCreatedAt"/>.</param>
public sealed record JobQuery(int Limit, IReadOnlyList<JobStatus> Statuses, DateTimeOffset? AfterCreatedAt = null, string? AfterId = null)
{
    /// <summary>Only jobs of this tenant; null: all.</summary>
    public string? Tenant { get; init; }
}

/// <summary>A job's place in lists.</summary>
/// <param name="Id">Its id.</param>
/// <param name="CreatedAt">When it was submitted.</param>
public sealed record JobKey(string Id, DateTimeOffset CreatedAt);
