using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Gpus;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Nodes;
using Cluster.Silo.Workers;

namespace Cluster.Harness.Synthetic;

/// <summary>A slot without a process of its own: starts faster, but a crash takes the silo down.</summary>
internal sealed class InProcessWorker(Workbench bench) : ISlotWorker
{
    private readonly SemaphoreSlim _free = new(1, 1);

#pragma warning disable CA2000 // The worker owns its bench.
    public InProcessWorker(NodeFolders folders, SlotDevice? slot = null)
        : this(new Workbench(folders, WorkingMemory.Usual, slot ?? SlotDevice.Processors))
    {
    }

    /// <summary>One that also does synthetic jobs.</summary>
    public static InProcessWorker Synthetic(NodeFolders folders) =>
        new(new SyntheticWorkbench(folders, WorkingMemory.Usual, SlotDevice.Processors, actsPoisoned: false));
#pragma warning restore CA2000

    public async Task<WorkResult> ExecuteAsync(
        JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken)
    {
        await _free.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(
                () => bench.ExecuteAsync(job, item, journal, static _ => { }, cancellationToken), cancellationToken);
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
        bench.Dispose();
        _free.Dispose();
    }
}
