using System.Collections.Concurrent;

namespace Cluster.Simulation.Rehearsals;

/// <summary>Jobs and journals in memory, as a database has them: shared, and the last owner of a journal writes it.</summary>
internal sealed class RehearsedStore(VirtualTime time) : IJobStore
{
    private readonly ConcurrentDictionary<string, Stored> _jobs = new(StringComparer.Ordinal);

    public Task<JobEntry> AddAsync(JobEntry entry, CancellationToken cancellationToken) =>
        Task.FromResult(_jobs.GetOrAdd(entry.Id, _ => new Stored(entry)).Entry);

    public Task AddNextAsync(JobEntry next, CancellationToken cancellationToken) =>
        _jobs.TryGetValue(next.Schedule!.After!, out var run) && !run.Entry.Status.HasEnded()
            ? AddAsync(next, cancellationToken)
            : Task.CompletedTask;

    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(_jobs.GetValueOrDefault(id)?.Entry);

    public Task<JobEntry?> FindRequestAsync(string requestId, CancellationToken cancellationToken) => Task.FromResult(
        _jobs.Values.Select(job => job.Entry).FirstOrDefault(job => string.Equals(job.RequestId, requestId, StringComparison.Ordinal)));

    public Task<IReadOnlyList<JobEntry>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JobEntry>>(
        [
            .. _jobs.Values.Select(job => job.Entry)
                .Where(job => query.Statuses.Count == 0 || query.Statuses.Contains(job.Status))
                .OrderByDescending(job => (job.CreatedAt, job.Id))
                .SkipWhile(job => query.AfterId is not null && !string.Equals(job.Id, query.AfterId, StringComparison.Ordinal))
                .Skip(query.AfterId is null ? 0 : 1)
                .Take(query.Limit),
        ]);

    public Task<bool> SetPreparedAsync(JobEntry entry, CancellationToken cancellationToken)
    {
        var isThere = _jobs.TryGetValue(entry.Id, out var job) && job.Entry.Status.IsUnprepared();
        if (isThere)
        {
            job!.Entry = entry;
        }

        return Task.FromResult(isThere);
    }

    public Task SetStatusAsync(string id, JobStatus status, CancellationToken cancellationToken)
    {
        if (_jobs.TryGetValue(id, out var job))
        {
            job.Entry = job.Entry with { Status = status };
        }

        return Task.CompletedTask;
    }

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => Task.FromResult(_jobs.TryRemove(id, out _));

    public Task<IJournal> OpenJournalAsync(string id, CancellationToken cancellationToken)
    {
        var job = Job(id);
        var token = Interlocked.Increment(ref job.Owner);
        return Task.FromResult<IJournal>(new RehearsedJournal(job.Records, time, token, () => Interlocked.Read(ref job.Owner)));
    }

    public Task<IReadOnlyList<JournalRecord>> ReadJournalAsync(string id, CancellationToken cancellationToken)
    {
        var records = Job(id).Records;
        lock (records)
        {
            return Task.FromResult<IReadOnlyList<JournalRecord>>([.. records]);
        }
    }

    private Stored Job(string id) =>
        _jobs.GetValueOrDefault(id) ?? throw new JobException($"There is no job '{id}': create it first.");

    private sealed class Stored(JobEntry entry)
    {
        public long Owner;

        public JobEntry Entry { get; set; } = entry;

        public List<JournalRecord> Records { get; } = [];
    }
}
