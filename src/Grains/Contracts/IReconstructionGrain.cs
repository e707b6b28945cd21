namespace Cluster.Grains.Contracts;

/// <summary>
/// One attempt at a step of a job's reconstruction. It may take hours: its lease is longer than a candidate's, and an
/// attempt that is stopped or lost leaves its finished blocks, which the next one goes on after.
/// </summary>
[Alias("cluster.reconstruction")]
public interface IReconstructionGrain : IWorkGrain;
