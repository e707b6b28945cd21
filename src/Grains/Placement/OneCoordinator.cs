namespace Cluster.Grains.Placement;

/// <summary>
/// The silo that a grain's id chooses (https://en.wikipedia.org/wiki/Rendezvous_hashing): the same one, whichever silo asks, until it is
/// lost or a silo comes.
/// </summary>
public sealed class OneCoordinator : PlacementStrategy;
