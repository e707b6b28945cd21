using Cluster.Coordinator.Work;

namespace Cluster.Grains.Contracts;

/// <summary>
/// One attempt at a piece of work, on the node whose slot it was given; keyed by <see cref="Assignment.Key"/>, which begins
/// with that node. An activation is only the door: the work is the node's, and outlives activations that are lost with
/// another silo's part of the grain directory. Work that takes hours has a longer lease, and leaves checkpoints which
/// the next attempt goes on from.
/// </summary>
[Alias("cluster.work")]
public interface IWorkGrain : IGrainWithStringKey
{
    /// <summary>Begins to measure an item, then as <see cref="WaitAsync"/>. Again with the same assignment only waits.</summary>
    /// <param name="assignment">The attempt.</param>
    /// <param name="item">A <see cref="WorkItem"/>.</param>
    /// <param name="wait">How long to wait for the end.</param>
    [Alias("begin")]
    Task<CandidateReply> BeginAsync(Assignment assignment, Carried item, TimeSpan wait);

    /// <summary>
    /// Begins to make the files of the job, whose journal the node reads, then as <see cref="WaitAsync"/>. Again with
    /// the same assignment only waits.
    /// </summary>
    [Alias("publish")]
    Task<CandidateReply> PublishAsync(Assignment assignment, TimeSpan wait);

    /// <summary>
    /// Renews the lease and waits up to <paramref name="wait"/> (at most 10 s) for the end. Work whose lease is not renewed is stopped.
    /// </summary>
    [Alias("wait")]
    Task<CandidateReply> WaitAsync(TimeSpan wait);

    /// <summary>Stops the work; nobody wants its result. What it keeps for whoever tries it again stays.</summary>
    [Alias("stop")]
    Task StopAsync();
}
