using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;

namespace Cluster.Grains.Jobs;

/// <summary>What attempts do on a node.</summary>
/// <param name="Place">Which slots may do it.</param>
/// <param name="Lease">How long it goes on without being asked about.</param>
/// <param name="Item">The item, as it travels.</param>
/// <param name="Ahead">What its attempt is called that began before it was asked for; null where none does.</param>
internal sealed record GrainWork(
    WorkPlace Place,
    TimeSpan Lease,
    Carried Item,
    AheadNumber? Ahead = null);
