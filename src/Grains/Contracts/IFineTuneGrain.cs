namespace Cluster.Grains.Contracts;

/// <summary>
/// One try at fine-tuning a job's winner, on the node whose slot it was given; keyed by <see cref="Assignment.Key"/> as a candidate's is. A try may
/// take hours: its lease is longer than a candidate's, and a try that is stopped or lost leaves checkpoints, which the next one goes on from.
/// </summary>
[Alias("cluster.fineTune")]
public interface IFineTuneGrain : IGrainWithStringKey
{
    /// <summary>Begins the training, then as <see cref="WaitAsync"/>. Again with the same assignment only waits.</summary>
    [Alias("begin")]
    Task<CandidateReply> BeginAsync(Assignment assignment, TimeSpan wait);

    /// <summary>Renews the lease and waits up to <paramref name="wait"/> (at most 10 s) for the end.</summary>
    [Alias("wait")]
    Task<CandidateReply> WaitAsync(TimeSpan wait);

    /// <summary>Stops the training; its checkpoints stay.</summary>
    [Alias("stop")]
    Task StopAsync();
}
