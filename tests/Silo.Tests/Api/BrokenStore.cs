using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;

namespace Cluster.Silo.Tests.Api;

/// <summary>A store that cannot be reached.</summary>
internal sealed class BrokenStore(Exception failure) : IJobStore
{
    public Task<JobEntry> AddAsync(JobEntry entry, CancellationToken cancellationToken) => Task.FromException<JobEntry>(failure);

    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromException<JobEntry?>(failure);

    public Task<JobEntry?> FindRequestAsync(string requestId, CancellationToken cancellationToken) =>
        Task.FromException<JobEntry?>(failure);

    public Task<IReadOnlyList<JobEntry>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        Task.FromException<IReadOnlyList<JobEntry>>(failure);

    public Task<bool> SetPreparedAsync(JobEntry entry, CancellationToken cancellationToken) => Task.FromException<bool>(failure);

    public Task SetStatusAsync(string id, JobStatus status, CancellationToken cancellationToken) => Task.FromException(failure);

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) => Task.FromException<bool>(failure);

    public Task<IJournal> OpenJournalAsync(string id, CancellationToken cancellationToken) => Task.FromException<IJournal>(failure);

    public Task<IReadOnlyList<JournalRecord>> ReadJournalAsync(string id, CancellationToken cancellationToken) =>
        Task.FromException<IReadOnlyList<JournalRecord>>(failure);
}
