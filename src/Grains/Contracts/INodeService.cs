using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Orleans.Services;

namespace Cluster.Grains.Contracts;

/// <summary>
/// What a silo does with its own slots, addressed by the silo: its attempts at work, keyed by <see cref="Assignment.Key"/>, and its
/// readings of jobs' files. Nothing of it is entered anywhere else, so no other silo has to be there for a call. A token ends a wait, never
/// the work that is waited for.
/// </summary>
[Alias("cluster.nodeService")]
internal interface INodeService : IGrainService
{
    /// <summary>Begins to measure an item, then as <see cref="WaitAsync"/>. Again with the same assignment only waits.</summary>
    /// <param name="assignment">The attempt.</param>
    /// <param name="item">A <see cref="WorkItem"/>.</param>
    /// <param name="wait">How long to wait for the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("begin")]
    Task<CandidateReply> BeginAsync(Assignment assignment, Carried item, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// Renews the lease and waits up to <paramref name="wait"/> (at most 10 s) for the end. Work whose lease is not renewed is
    /// stopped. Work that takes hours has a longer lease, and leaves checkpoints which the next attempt goes on from.
    /// </summary>
    [Alias("wait")]
    Task<CandidateReply> WaitAsync(string key, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Stops the work, whose result is not wanted any more. What it keeps for the next try stays.</summary>
    [Alias("stop")]
    Task StopAsync(string key);

    /// <summary>Results of these attempts are durable: the node lets them go.</summary>
    [Alias("forget")]
    Task ForgetAsync(string[] keys);

    /// <summary>
    /// Attempts of a job that run or have ended well there, and whose results are not durable yet. The job's next coordinator
    /// learns from it what was done before it was asked for.
    /// </summary>
    [Alias("kept")]
    Task<Assignment[]> KeptAsync(string job);

    /// <summary>What the node is and does now.</summary>
    [Alias("status")]
    Task<NodeStatus> StatusAsync();

    /// <summary>Takes nothing new, or takes work again; what runs goes on. The status then.</summary>
    [Alias("cordon")]
    Task<NodeStatus> CordonAsync(bool isCordoned);

    /// <summary>
    /// Takes nothing new, and after <paramref name="grace"/> stops what still runs, which others take up. The status now.
    /// </summary>
    [Alias("drainWithin")]
    Task<NodeStatus> DrainAsync(TimeSpan grace);

    /// <summary>
    /// Begins to read and check the files of a job, for a server that cannot, and waits up to <paramref name="wait"/> for the end. Again
    /// only waits; a reading that no caller waits for is given up.
    /// </summary>
    /// <param name="reading">A name for this reading.</param>
    /// <param name="job">A <see cref="JobEntry"/>, unprepared.</param>
    /// <param name="wait">How long to wait for the end.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    [Alias("prepare")]
    Task<CandidateReply> PrepareAsync(string reading, Carried job, TimeSpan wait, CancellationToken cancellationToken);
}
