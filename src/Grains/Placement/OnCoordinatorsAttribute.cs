namespace Cluster.Grains.Placement;

/// <summary>See <see cref="OnCoordinators"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnCoordinatorsAttribute() : PlacementFilterAttribute(new OnCoordinators());

/// <summary>Only silos that coordinate jobs; Orleans chooses among them.</summary>
public sealed class OnCoordinators() : PlacementFilterStrategy(order: 0);
