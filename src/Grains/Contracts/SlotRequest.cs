namespace Cluster.Grains.Contracts;

/// <summary>An attempt's request for a slot.</summary>
/// <param name="Job">The job's id.</param>
/// <param name="Affinity">Nodes that already hold this (model and calibration) are preferred.</param>
/// <param name="Alone">Whether nothing else may run on the node.</param>
/// <param name="Versions">The job's versions (<see cref="NodeStatus.Versions"/>); empty: any.</param>
/// <param name="Excluded">Nodes that the job excludes, because its work failed there.</param>
/// <param name="Needs">Its requirements for the slot; null: none, as for a synthetic job.</param>
/// <param name="Avoided">Slots ("node/cuda:0") and nodes ("node") that failed this work before: used only if no other is free.</param>
/// <param name="IsSpare">Whether it only takes a slot that no other request waits for, while a quarter of all slots is free.</param>
/// <param name="IsSpeculative">For spare ones, whether the work is speculative: then a quarter of the slots stays free besides it.</param>
/// <param name="Slow">Slots that are much slower than others: used only if the cluster has no other suitable one, free or not.</param>
/// <param name="Waited">How long it was requested before; among equal requests the one that has waited longest comes first.</param>
/// <param name="Tenant">The job's tenant: slots are distributed evenly among tenants, then among the jobs of each.</param>
/// <param name="Beside">Nodes where the same work runs, or failed in parallel: their machines are excluded.</param>
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
    [property: Id(8)] bool IsSpeculative = false,
    [property: Id(9)] string[]? Slow = null,
    [property: Id(10)] TimeSpan Waited = default,
    [property: Id(11)] string Tenant = TenantName.Default,
    [property: Id(12)] string[]? Beside = null)
{
    /// <summary>The priority class: 0 for required work; a higher rank is served only after all lower ones.</summary>
    public int Rank => IsSpeculative ? 2 : IsSpare ? 1 : 0;
}
