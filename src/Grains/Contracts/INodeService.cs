using Orleans.Services;

namespace Cluster.Grains.Contracts;

/// <summary>
/// The work of a silo on its own slots, addressed by the silo: its attempts, keyed by <see cref="Assignment.Key"/>. It is registered
/// nowhere else, so a call depends on no other silo. A token ends a wait, never the work.
/// </summary>
[Alias("cluster.nodeService")]
internal interface INodeService : IGrainService
{
    /// <summary>Starts measuring an item, then waits like <see cref="WaitAsync"/>; repeated, it only waits.</summary>
    /// <param name="assignment">The attempt.</param>
    /// <param name="item">A <see cref="WorkItem"/>.</param>
    /// <param name="wait">The longest wait for the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("begin")]
    Task<CandidateReply> BeginAsync(Assignment assignment, Carried item, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Renews the lease and waits up to <paramref name="wait"/> (at most 10 s) for the end. Work whose lease is not renewed is stopped.
    /// Work that takes hours has a longer lease, and saves checkpoints from which the next attempt continues.
    /// </summary>
    [Alias("wait")]
    Task<CandidateReply> WaitAsync(string key, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Stops the work, whose result is no longer needed. The state for the next attempt stays.</summary>
    [Alias("stop")]
    Task StopAsync(string key);

    /// <summary>The results of these attempts are durable: the node may drop them.</summary>
    [Alias("forget")]
    Task ForgetAsync(string[] keys);

    /// <summary>
    /// A job's attempts that run or have ended well there, and whose results are not durable yet. From it the job's next coordinator learns
    /// which work was done speculatively.
    /// </summary>
    [Alias("kept")]
    Task<Assignment[]> KeptAsync(string job);

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
