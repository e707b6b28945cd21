namespace Cluster.Grains.Placement;

/// <summary>See <see cref="OneCoordinator"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnOneCoordinatorAttribute() : PlacementAttribute(new OneCoordinator());
