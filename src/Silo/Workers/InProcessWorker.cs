using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Gpus;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Nodes;
using Cluster.Silo.Workers.Synthetic;

namespace Cluster.Silo.Workers;

/// <summary>
/// A slot without a separate process: it starts faster, but a crash takes the silo down. The effect of a poisoned synthetic item on a child
/// is only reported.
/// </summary>
internal sealed class InProcessWorker(NodeFolders folders, bool allowSynthetic = false, SlotDevice? slot = null) : ISlotWorker
{
    private readonly Workbench _bench = new(
        folders, WorkingMemory.Usual, allowSynthetic ? SyntheticConduct.Told : null, slot ?? SlotDevice.Processors);
    private readonly SemaphoreSlim _free = new(1, 1);

    public Task<WorkResult> ExecuteAsync(
        JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken) =>
        AloneAsync(() => _bench.ExecuteAsync(job, item, journal, static _ => { }, cancellationToken), cancellationToken);

    public async ValueTask DisposeAsync()
    {
        // Running work must finish: code in the same process cannot be stopped.
        await _free.WaitAsync();
        _bench.Dispose();
        _free.Dispose();
    }

    private async Task<T> AloneAsync<T>(Func<Task<T>> work, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(work, cancellationToken);
        }
        finally
        {
            _free.Release();
        }
    }
}
