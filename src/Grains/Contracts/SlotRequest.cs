namespace Cluster.Grains.Contracts;

/// <summary>What an attempt needs of a slot.</summary>
/// <param name="Job">The job's id: slots are shared out evenly among jobs.</param>
/// <param name="DeviceClass">The class of device, as results of others do not compare; empty: any.</param>
/// <param name="Affinity">Nodes that hold this already (model and calibration) are preferred.</param>
/// <param name="Alone">Whether nothing else may run on the node.</param>
/// <param name="Versions">The versions that the job was made for (<see cref="NodeStatus.Versions"/>); empty: any.</param>
/// <param name="Excluded">Nodes that the job leaves out, as its work failed there.</param>
/// <param name="Needs">What else it takes; null: nothing, or a coordinator of an earlier version asks.</param>
/// <param name="Avoided">Slots ("node/cuda:0") that failed this work before, or are slow: taken where there is no other.</param>
/// <param name="IsSpare">Whether it takes only what nobody else waits for, and leaves a quarter of the slots free.</param>
[GenerateSerializer]
[Alias("cluster.slotRequest")]
public sealed record SlotRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] string DeviceClass,
    [property: Id(2)] string Affinity,
    [property: Id(3)] bool Alone,
    [property: Id(4)] string Versions = "",
    [property: Id(5)] string[]? Excluded = null,
    [property: Id(6)] SlotNeeds? Needs = null,
    [property: Id(7)] string[]? Avoided = null,
    [property: Id(8)] bool IsSpare = false);
