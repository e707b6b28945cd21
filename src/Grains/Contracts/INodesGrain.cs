namespace Cluster.Grains.Contracts;

/// <summary>
/// The status of every node, asked of the node itself, so a hanging silo hides only itself. On every silo; the key is any number.
/// </summary>
[Alias("cluster.allNodes")]
public interface INodesGrain : IGrainWithIntegerKey
{
    /// <summary>The nodes, by id; those that do not answer are suspect.</summary>
    [Alias("list")]
    Task<IReadOnlyList<NodeStatus>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Makes a node stop or resume accepting work. Returns its status then, or null if it is gone.</summary>
    [Alias("cordon")]
    Task<NodeStatus?> CordonAsync(string node, bool isCordoned);

    /// <summary>
    /// Makes a node stop accepting new work, and after <paramref name="grace"/> stop running work, which other nodes repeat. Returns its
    /// current status, or null if it is gone.
    /// </summary>
    [Alias("drain")]
    Task<NodeStatus?> DrainAsync(string node, TimeSpan grace);
}
