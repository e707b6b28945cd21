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

    /// <summary>Results of these attempts, by <see cref="Assignment.Key"/>, are durable: the node lets them go.</summary>
    [Alias("forget")]
    Task ForgetAsync(string[] keys);

    /// <summary>
    /// Attempts of a job that run or have ended well there, and whose results are not durable yet; none where the node is gone. Whoever
    /// coordinates the job next learns from it what was done before anybody asked for it.
    /// </summary>
    [Alias("kept")]
    Task<Assignment[]> KeptAsync(string job);

    /// <summary>Takes nothing new, or takes work again; what runs goes on. The status then, or null where the node is gone.</summary>
    [Alias("cordon")]
    Task<NodeStatus?> CordonAsync(bool isCordoned);

    /// <summary>
    /// Takes nothing new, and after <paramref name="grace"/> stops what still runs, which others take up. The status now,
    /// or null where the node is gone.
    /// </summary>
    [Alias("drainWithin")]
    Task<NodeStatus?> DrainAsync(TimeSpan grace);
}
