using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Api;

/// <summary>A store without jobs that can be told to take none.</summary>
internal sealed class UnwritableStore : IJobStore
{
    private volatile string? _problem;

    public string? Problem
    {
        get => _problem;
        set => _problem = value;
    }

    public Task CheckWritableAsync(CancellationToken cancellationToken) =>
        Problem is { } problem ? Task.FromException(new JobException(problem)) : Task.CompletedTask;

    public Task<JobEntry> AddAsync(JobEntry entry, CancellationToken cancellationToken) => Task.FromResult(entry);

    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult<JobEntry?>(null);

    public Task<JobEntry?> FindRequestAsync(string requestId, CancellationToken cancellationToken) => Task.FromResult<JobEntry?>(null);

    public Task<IReadOnlyList<JobEntry>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JobEntry>>([]);

    public Task<bool> SetPreparedAsync(JobEntry entry, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task SetStatusAsync(string id, JobStatus status, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task<IJournal> OpenJournalAsync(string id, CancellationToken cancellationToken) =>
        Task.FromException<IJournal>(new JobException($"There is no job {id}."));

    public Task<IReadOnlyList<JournalRecord>> ReadJournalAsync(string id, CancellationToken cancellationToken) =>
        Task.FromException<IReadOnlyList<JournalRecord>>(new JobException($"There is no job {id}."));
}
