namespace Cluster.Grains.Contracts;

/// <summary>
/// One try at fine-tuning a job's winner. It may take hours: its lease is longer than a candidate's, and a try that is
/// stopped or lost leaves checkpoints, which the next one goes on from.
/// </summary>
[Alias("cluster.fineTune")]
public interface IFineTuneGrain : IWorkGrain;
