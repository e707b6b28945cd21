namespace Cluster.Silo.Workers;

/// <summary>A slot without a process of its own: starts faster, but a crash takes the silo down.</summary>
internal sealed class InProcessWorker(NodeFolders folders, IJobKind? kind = null, SlotDevice? slot = null) : ISlotWorker
{
    private readonly Workbench _bench = new(folders, WorkingMemory.Usual, kind, slot ?? SlotDevice.Processors);
    private readonly SemaphoreSlim _free = new(1, 1);

    public async Task<WorkResult> ExecuteAsync(
        JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () => _bench.ExecuteAsync(job, item, journal, static _ => { }, cancellationToken), cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        // Running work must finish: code in the same process cannot be stopped.
        await _free.WaitAsync();
        _bench.Dispose();
        _free.Dispose();
    }
}
