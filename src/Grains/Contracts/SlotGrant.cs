namespace Cluster.Grains.Contracts;

/// <summary>A device slot, given for one attempt.</summary>
/// <param name="Id">Unique.</param>
/// <param name="Node">The node's id.</param>
/// <param name="Slot">The slot's index there.</param>
/// <param name="Device">Its device, such as "cpu:0".</param>
/// <param name="Alone">Whether nothing else may run on the node meanwhile.</param>
/// <param name="Tenant">The tenant that it counts for.</param>
[GenerateSerializer]
[Immutable]
[Alias("cluster.slotGrant")]
public sealed record SlotGrant(
    [property: Id(0)] string Id,
    [property: Id(1)] string Node,
    [property: Id(2)] int Slot,
    [property: Id(3)] string Device,
    [property: Id(4)] bool Alone = false,
    [property: Id(5)] string Tenant = TenantName.Default);
