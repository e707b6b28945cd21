namespace Cluster.Grains.Placement;

/// <summary>See <see cref="OnCoordinator"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnCoordinatorAttribute() : PlacementAttribute(new OnCoordinator());
