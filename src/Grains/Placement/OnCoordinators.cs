namespace Cluster.Grains.Placement;

/// <summary>Only silos that coordinate jobs; which of them is Orleans' choice.</summary>
public sealed class OnCoordinators() : PlacementFilterStrategy(order: 0);
