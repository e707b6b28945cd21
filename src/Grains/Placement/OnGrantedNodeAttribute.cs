namespace Cluster.Grains.Placement;

/// <summary>See <see cref="GrantedNode"/>.</summary>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class OnGrantedNodeAttribute() : PlacementAttribute(new GrantedNode());

/// <summary>The silo whose slot was granted: that of the node in the grain's key (<see cref="NodeKey"/>).</summary>
public sealed class GrantedNode : PlacementStrategy
{
    /// <summary>False: the key says where the grain is.</summary>
    public override bool IsUsingGrainDirectory => false;
}
