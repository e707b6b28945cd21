namespace Cluster.Grains.Contracts;

/// <summary>
/// One try at a candidate, on the silo whose slot it has: begun by that silo's node grain, so that it is placed there. Keyed by
/// <see cref="Assignment.Key"/>.
/// </summary>
[Alias("cluster.candidate")]
public interface ICandidateGrain : IGrainWithStringKey
{
    /// <summary>Begins the work; returns at once. Again with the same assignment changes nothing.</summary>
    [Alias("begin")]
    Task BeginAsync(Assignment assignment);

    /// <summary>
    /// Renews the lease and waits up to <paramref name="wait"/> (at most 10 s) for the end. Work whose lease is not renewed is stopped.
    /// </summary>
    [Alias("wait")]
    Task<CandidateReply> WaitAsync(TimeSpan wait);

    /// <summary>Stops the work; nobody wants its result.</summary>
    [Alias("stop")]
    Task StopAsync();
}
