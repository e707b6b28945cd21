using System.Collections.Concurrent;
using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;
using Cluster.Simulation;

namespace Cluster.Grains.Tests.Support;

/// <summary>A node whose work is answered from a synthetic network; <c>intercept</c> may answer, wait or fail instead.</summary>
internal sealed class SyntheticNode(
    SyntheticNetwork network,
    int slots,
    Func<WorkItem, CancellationToken, Task<WorkResult?>>? intercept = null) : INodeHost
{
    private readonly int[] _busy = new int[slots];

    public ConcurrentQueue<WorkItem> Done { get; } = new();

    /// <summary>Slots that were given two items at once; must stay empty.</summary>
    public ConcurrentQueue<int> Overlaps { get; } = new();

    public string Id => "node-1";

    public string Version => "1";

    public IReadOnlyList<SlotStatus> Slots { get; } =
        [.. Enumerable.Range(0, slots).Select(i => new SlotStatus { Device = $"cpu:{i}", DeviceClass = "none" })];

    public IReadOnlyList<string> Holds => [];

    public async Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _busy[slot]) > 1)
        {
            Overlaps.Enqueue(slot);
        }

        try
        {
            Done.Enqueue(item);
            if (intercept is not null && await intercept(item, cancellationToken) is { } answer)
            {
                return answer;
            }

            return item is PublishItem publish
                ? new PublishResult([new PublishedArtefact("winner.qdq.onnx", publish.PlanDigest, records.Count)])
                : network.Evaluate(item);
        }
        finally
        {
            Interlocked.Decrement(ref _busy[slot]);
        }
    }
}
