namespace Cluster.Grains.Placement;

/// <summary>See <see cref="OneCoordinator"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnOneCoordinatorAttribute() : PlacementAttribute(new OneCoordinator());

/// <summary>
/// The silo that a grain's id chooses (https://en.wikipedia.org/wiki/Rendezvous_hashing): the same one, whichever silo asks, until it is
/// lost or a silo comes. Many new grains at once are spread evenly: Orleans' own placement goes by the load of the last seconds, so that
/// all of a burst go to one silo.
/// </summary>
public sealed class OneCoordinator : PlacementStrategy;
