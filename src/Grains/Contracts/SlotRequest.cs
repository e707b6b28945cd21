namespace Cluster.Grains.Contracts;

/// <summary>What an attempt needs of a slot.</summary>
/// <param name="Job">The job's id: slots are shared out evenly among jobs.</param>
/// <param name="Affinity">Nodes that hold this already (model and calibration) are preferred.</param>
/// <param name="Alone">Whether nothing else may run on the node.</param>
/// <param name="Versions">The versions that the job was made for (<see cref="NodeStatus.Versions"/>); empty: any.</param>
/// <param name="Excluded">Nodes that the job leaves out, as its work failed there.</param>
/// <param name="Needs">What it takes of the slot; null: nothing, as of a synthetic job.</param>
/// <param name="Avoided">Slots ("node/cuda:0") and nodes ("node") that failed this work before: taken where no other is free.</param>
/// <param name="IsSpare">Whether it takes only a slot that no other request waits for, while a quarter of all slots is free.</param>
/// <param name="IsAhead">Of spare ones, whether the work may never be asked for: a quarter of the slots stays free beside it.</param>
/// <param name="Slow">Slots that are much slower than others: taken where the cluster has no other that suits, free or not.</param>
/// <param name="Waited">How long it has been asked for before; of equal requests the one that has waited longest comes first.</param>
[GenerateSerializer]
[Alias("cluster.slotRequest")]
public sealed record SlotRequest(
    [property: Id(0)] string Job,
    [property: Id(1)] string Affinity,
    [property: Id(2)] bool Alone,
    [property: Id(3)] string Versions = "",
    [property: Id(4)] string[]? Excluded = null,
    [property: Id(5)] SlotNeeds? Needs = null,
    [property: Id(6)] string[]? Avoided = null,
    [property: Id(7)] bool IsSpare = false,
    [property: Id(8)] bool IsAhead = false,
    [property: Id(9)] string[]? Slow = null,
    [property: Id(10)] TimeSpan Waited = default)
{
    /// <summary>How little it matters when it is served: 0 for what has to be done, more for what comes after all that has less.</summary>
    public int Rank => IsAhead ? 2 : IsSpare ? 1 : 0;
}
