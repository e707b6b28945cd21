using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Running;
using Cluster.Storage.Files;

namespace Cluster.Cli.Embedded;

/// <summary>The one job of a command, whose journal lies in its output folder.</summary>
/// <param name="entry">The job.</param>
/// <param name="path">The journal's file.</param>
/// <param name="forget">Whether an earlier job's journal is discarded at the first opening.</param>
/// <param name="owned">Told once the journal is owned, and how the job goes on where its minutes were over.</param>
internal sealed class EmbeddedJobStore(JobEntry entry, string path, bool forget, Action<Continuation?> owned) : IJobStore
{
    private bool _opened;

    public bool IsShared => false;

    public Task<JobEntry> AddAsync(JobEntry newEntry, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A command has the one job that it was given.");

    // The journal holds the status: a finished job is reported from it.
    public Task<JobEntry?> FindAsync(string id, CancellationToken cancellationToken) => Task.FromResult(Is(id) ? entry : null);

    public Task<JobEntry?> FindRequestAsync(string requestId, CancellationToken cancellationToken) =>
        Task.FromResult<JobEntry?>(entry.RequestId == requestId ? entry : null);

    public Task<IReadOnlyList<JobEntry>> ListAsync(JobQuery query, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<JobEntry>>([entry]);

    public Task<bool> SetPreparedAsync(JobEntry prepared, CancellationToken cancellationToken) => Task.FromResult(false);

    public Task SetStatusAsync(string id, JobStatus status, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<bool> RemoveAsync(string id, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("A command's job is deleted with its folder.");

    public async Task<IJournal> OpenJournalAsync(string id, CancellationToken cancellationToken)
    {
        if (_opened)
        {
            return FileJournal.Open(path);
        }

        Continuation? goingOn = null;
        var journal = FileJournal.Open(
            path,
            forget: forget,
            keep: records => (goingOn = Continuation.Of(records, entry.Spec.Options.MaxMinutes))?.Kept ?? records.Count);
        _opened = true;
        owned(goingOn);
        if (goingOn is not null)
        {
            await journal.AppendAsync([goingOn.Next], cancellationToken);
        }

        return journal;
    }

    public Task<IReadOnlyList<JournalRecord>> ReadJournalAsync(string id, CancellationToken cancellationToken) =>
        Task.Run(() => FileJournal.ReadOnly(path), cancellationToken);

    private bool Is(string id) => string.Equals(id, entry.Id, StringComparison.Ordinal);
}
