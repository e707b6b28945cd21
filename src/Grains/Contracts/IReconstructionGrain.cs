namespace Cluster.Grains.Contracts;

/// <summary>
/// One try at a step of a job's reconstruction, on the node whose slot it was given; keyed by <see cref="Assignment.Key"/> as a candidate's is. A try
/// may take hours: its lease is longer than a candidate's, and a try that is stopped or lost leaves its finished blocks, which the next one goes on after.
/// </summary>
[Alias("cluster.reconstruction")]
public interface IReconstructionGrain : IGrainWithStringKey
{
    /// <summary>Begins the step, then as <see cref="WaitAsync"/>. Again with the same assignment only waits.</summary>
    [Alias("begin")]
    Task<CandidateReply> BeginAsync(Assignment assignment, TimeSpan wait);

    /// <summary>Renews the lease and waits up to <paramref name="wait"/> (at most 10 s) for the end.</summary>
    [Alias("wait")]
    Task<CandidateReply> WaitAsync(TimeSpan wait);

    /// <summary>Stops the step; its finished blocks stay.</summary>
    [Alias("stop")]
    Task StopAsync();
}
