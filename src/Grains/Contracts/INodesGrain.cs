namespace Cluster.Grains.Contracts;

/// <summary>
/// The status of every node, asked of the node itself, so that a silo that hangs hides only itself. On every silo; the key is any number.
/// </summary>
[Alias("cluster.allNodes")]
public interface INodesGrain : IGrainWithIntegerKey
{
    /// <summary>The nodes, by id; suspect are those that do not answer.</summary>
    [Alias("list")]
    Task<IReadOnlyList<NodeStatus>> ListAsync(CancellationToken cancellationToken);

    /// <summary>A node takes nothing new, or takes work again; what runs goes on. Its status then, or null where it is gone.</summary>
    [Alias("cordon")]
    Task<NodeStatus?> CordonAsync(string node, bool isCordoned);

    /// <summary>
    /// A node takes nothing new, and after <paramref name="grace"/> stops what still runs, which others take up. Its status now, or null
    /// where it is gone.
    /// </summary>
    [Alias("drain")]
    Task<NodeStatus?> DrainAsync(string node, TimeSpan grace);

    /// <summary>Has a node read a job's files; see <see cref="INodeService.PrepareAsync"/>.</summary>
    [Alias("prepare")]
    Task<CandidateReply> PrepareAsync(string node, string reading, Carried job, TimeSpan wait, CancellationToken cancellationToken);
}
