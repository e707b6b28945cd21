namespace Cluster.Grains.Contracts;

/// <summary>
/// One silo's device slots. Keyed by the node's id, lives on that silo; an activation anywhere else says that the node
/// is gone.
/// </summary>
[Alias("cluster.node")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>The node's status, or null where it is gone.</summary>
    [Alias("get")]
    Task<NodeStatus?> GetAsync();

    /// <summary>Takes nothing new from now on; what runs goes on.</summary>
    [Alias("drain")]
    Task DrainAsync();
}
