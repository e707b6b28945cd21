namespace Cluster.Grains.Contracts;

/// <summary>
/// An attempt at an item of a job, on the node that its key (<see cref="Assignment.Key"/>) names: one activation tests one candidate. It is
/// registered nowhere, so a call depends on no other silo. A token ends a wait, never the work.
/// </summary>
[Alias("cluster.candidate")]
internal interface ICandidateGrain : IGrainWithStringKey
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
    Task<CandidateReply> WaitAsync(TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Stops the work, whose result is no longer needed. The state for the next attempt stays.</summary>
    [Alias("stop")]
    Task StopAsync();
}
