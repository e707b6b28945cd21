namespace Cluster.Grains.Placement;

/// <summary>See <see cref="OnItsNode"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnItsNodeAttribute() : PlacementAttribute(new OnItsNode());
