namespace Cluster.Grains.Placement;

/// <summary>On any silo that coordinates.</summary>
[GenerateSerializer]
[Immutable]
[Alias("cluster.onCoordinator")]
public sealed class OnCoordinator : PlacementStrategy;
