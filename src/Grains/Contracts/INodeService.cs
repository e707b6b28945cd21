using Orleans.Services;

namespace Cluster.Grains.Contracts;

/// <summary>
/// A silo's node, addressed by the silo: its status, its slots, and the list of its candidate grains (<see cref="ICandidateGrain"/>).
/// </summary>
[Alias("cluster.nodeService")]
internal interface INodeService : IGrainService
{
    /// <summary>
    /// A job's attempts that run or have ended well there, and whose results are not durable yet. From it the job's next coordinator learns
    /// which work was done speculatively.
    /// </summary>
    [Alias("kept")]
    Task<Assignment[]> KeptAsync(string job);

    /// <summary>The results of these attempts are durable: their candidate grains may go.</summary>
    [Alias("forget")]
    Task ForgetAsync(string[] keys);

    /// <summary>The node's current status.</summary>
    [Alias("status")]
    Task<NodeStatus> StatusAsync();

    /// <summary>Stops or resumes accepting new work; running work continues. Returns the status after that.</summary>
    [Alias("cordon")]
    Task<NodeStatus> CordonAsync(bool isCordoned);

    /// <summary>
    /// Stops accepting work, and after <paramref name="grace"/> stops running work, which other nodes repeat. Returns the current status.
    /// </summary>
    [Alias("drainWithin")]
    Task<NodeStatus> DrainAsync(TimeSpan grace);
}
