namespace Cluster.Grains.Contracts;

/// <summary>
/// One attempt at a piece of work, on the node whose slot it was given; keyed by <see cref="Assignment.Key"/>, which
/// begins with that node. An activation is only the door: the work is the node's, and outlives activations that are
/// lost with another silo's part of the grain directory. References are got by the kind of the work; all of them are
/// asked the same.
/// </summary>
[Alias("cluster.work")]
public interface IWorkGrain : IGrainWithStringKey
{
    /// <summary>Begins the work, then as <see cref="WaitAsync"/>. Again with the same assignment only waits.</summary>
    [Alias("begin")]
    Task<CandidateReply> BeginAsync(Assignment assignment, TimeSpan wait);

    /// <summary>
    /// Renews the lease and waits up to <paramref name="wait"/> (at most 10 s) for the end. Work whose lease is not renewed is stopped.
    /// </summary>
    [Alias("wait")]
    Task<CandidateReply> WaitAsync(TimeSpan wait);

    /// <summary>Stops the work; nobody wants its result. What it keeps for whoever tries it again stays.</summary>
    [Alias("stop")]
    Task StopAsync();
}
