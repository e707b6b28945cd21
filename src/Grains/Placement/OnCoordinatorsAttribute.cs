namespace Cluster.Grains.Placement;

/// <summary>See <see cref="OnCoordinators"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnCoordinatorsAttribute() : PlacementFilterAttribute(new OnCoordinators());
