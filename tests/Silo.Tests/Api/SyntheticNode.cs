using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;

namespace Cluster.Silo.Tests.Api;

/// <summary>A node that answers synthetic jobs, and can be told to hold them.</summary>
internal sealed class SyntheticNode(NodeFolders folders, int slots)
{
    private readonly Workbench[] _benches = [.. Enumerable.Range(0, slots).Select(
        _ => new SyntheticWorkbench(folders, WorkingMemory.Usual, SlotDevice.Processors, actsPoisoned: false))];
    private volatile TaskCompletionSource? _held;
    private int _prepared;
    private volatile TaskCompletionSource _begun = new();

    public IReadOnlyList<SlotStatus> Slots { get; } =
        [.. Enumerable.Range(0, slots).Select(i => new SlotStatus
        {
            Device = $"cpu:{i}", DeviceClass = "none", Host = "none", Targets = [new JobOptions().Target],
        })];

    /// <summary>What preparing answers instead of what it finds.</summary>
    public WorkResult? Refusal { get; set; }

    /// <summary>From now on work begins and does not end; the task ends when some has begun.</summary>
    public Task Hold()
    {
        _begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _begun.Task;
    }

    public void Release() => Interlocked.Exchange(ref _held, null)?.TrySetResult();

    /// <summary>The worker of one of the slots.</summary>
    public ISlotWorker WorkerOf(SlotStatus slot) => new Worker(this, Slots.ToList().IndexOf(slot));

    private async Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken)
    {
        if (item is not PrepareItem)
        {
            await WaitAsync(cancellationToken);
            return await _benches[slot].ExecuteAsync(job, item, journal, _ => { }, cancellationToken);
        }

        Interlocked.Increment(ref _prepared);
        await Preparing.WaitAsync(cancellationToken);
        return Refusal ?? await _benches[slot].ExecuteAsync(job, item, [], _ => { }, cancellationToken);
    }

    /// <summary>Preparations that were begun.</summary>
    public int Prepared => Volatile.Read(ref _prepared);

    /// <summary>Awaited before each preparation.</summary>
    public Task Preparing { get; set; } = Task.CompletedTask;

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        if (_held is { } held)
        {
            _begun.TrySetResult();
            await held.Task.WaitAsync(cancellationToken);
        }
    }

    private sealed class Worker(SyntheticNode node, int slot) : ISlotWorker
    {
        public Task<WorkResult> ExecuteAsync(
            JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken) =>
            node.ExecuteAsync(slot, job, item, journal, cancellationToken);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
