namespace Cluster.Grains.Contracts;

/// <summary>One attempt at a candidate.</summary>
[Alias("cluster.candidate")]
public interface ICandidateGrain : IWorkGrain;
