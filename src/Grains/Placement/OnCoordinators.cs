namespace Cluster.Grains.Placement;

/// <summary>Only silos that coordinate jobs; Orleans chooses among them.</summary>
public sealed class OnCoordinators() : PlacementFilterStrategy(order: 0);
