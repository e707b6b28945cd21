using Cluster.Grains.Contracts;

namespace Cluster.Simulation.Rehearsals;

/// <summary>
/// A node whose work takes virtual seconds: five to fifteen for an item, by the item and not by chance, and a fifth of that for a timing.
/// </summary>
/// <param name="id">The node's id.</param>
/// <param name="network">What the work is about.</param>
/// <param name="time">The clock.</param>
/// <param name="harm">What is wrong with the node.</param>
internal sealed class RehearsedNode(string id, SyntheticNetwork network, TimeProvider time, NodeHarm harm) : INodeHost
{
    // Times as long as on a healthy node.
    private readonly double _slower = harm == NodeHarm.Slow ? 10 : 1;

    public string Id => id;

    public string Version => "1";

    public IReadOnlyList<SlotStatus> Slots { get; } =
    [
        new SlotStatus { Device = "cpu:0", DeviceClass = "none", Host = "none", Targets = [new JobOptions().Target] },
    ];

    public IReadOnlyList<string> Holds => [];

    private FailedResult? Fault => harm switch
    {
        NodeHarm.Bad => new FailedResult(FailureKind.Unavailable, "Its disk is gone."),
        NodeHarm.FaultyDevice => new FailedResult(FailureKind.DeviceError, "Its device is not there any more."),
        _ => null,
    };

    /// <summary>The seconds of an item on a healthy node: timings and looks at a part of the images are short.</summary>
    public static double SecondsOf(WorkItem item)
    {
        var random = new SplitMix64((ulong)SplitMix64.Derive(1, item.Id));
        return (5 + (random.Below(10_000) / 1000.0)) * (item is { IsExclusive: true } or AccuracyItem { Images.IsFull: false } ? 0.2 : 1);
    }

    public async Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken)
    {
        if (Fault is { } fault)
        {
            return fault;
        }

        await Task.Delay(TimeSpan.FromSeconds(_slower * (item is PublishItem ? 1 : SecondsOf(item))), time, cancellationToken);
        return network.Evaluate(item);
    }
}
