namespace Cluster.Grains.Contracts;

/// <summary>
/// One attempt at fine-tuning a job's winner. It may take hours: its lease is longer than a candidate's, and an attempt
/// that is stopped or lost leaves checkpoints, which the next one goes on from.
/// </summary>
[Alias("cluster.fineTune")]
public interface IFineTuneGrain : IWorkGrain;
