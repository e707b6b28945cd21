using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;
using Cluster.Simulation;

namespace Cluster.Rehearsal;

/// <summary>
/// A node whose work takes virtual seconds: five to fifteen for an item, by the item and not by chance, and a fifth of that for a timing.
/// </summary>
/// <param name="slower">How many times as long as others it takes.</param>
/// <param name="isBad">Whether it fails everything at once.</param>
internal sealed class RehearsedNode(string id, SyntheticNetwork network, TimeProvider time, double slower, bool isBad) : INodeHost
{
    public string Id => id;

    public string Version => "1";

    public IReadOnlyList<SlotStatus> Slots { get; } = [new SlotStatus { Device = "cpu:0", DeviceClass = "none" }];

    public IReadOnlyList<string> Holds => [];

    /// <summary>The seconds of an item on a healthy node.</summary>
    public static double SecondsOf(WorkItem item)
    {
        var random = new SplitMix64((ulong)SplitMix64.Derive(1, item.Id));
        return (5 + (random.Below(10_000) / 1000.0)) * (item.IsExclusive ? 0.2 : 1);
    }

    public async Task<WorkResult> ExecuteAsync(int slot, JobEntry job, WorkItem item, CancellationToken cancellationToken)
    {
        if (isBad)
        {
            return new FailedResult(FailureKind.Unavailable, "Its disk is gone.");
        }

        await Task.Delay(TimeSpan.FromSeconds(slower * SecondsOf(item)), time, cancellationToken);
        return network.Evaluate(item);
    }

    public async Task<Publication> PublishAsync(
        int slot, JobEntry job, IReadOnlyList<JournalRecord> records, CancellationToken cancellationToken)
    {
        if (isBad)
        {
            return Publication.Failed(FailureKind.Unavailable, "Its disk is gone.");
        }

        await Task.Delay(TimeSpan.FromSeconds(slower), time, cancellationToken);
        return new Publication([]);
    }
}
