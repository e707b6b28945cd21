namespace Cluster.Grains.Placement;

/// <summary>
/// On the silo that is the key's node, whoever calls first and whatever became of an earlier activation; where that
/// node is no more, anywhere.
/// </summary>
[GenerateSerializer]
[Immutable]
[Alias("cluster.onItsNode")]
public sealed class OnItsNode : PlacementStrategy;
