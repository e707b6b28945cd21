namespace Cluster.Grains.Contracts;

/// <summary>One try at a candidate.</summary>
[Alias("cluster.candidate")]
public interface ICandidateGrain : IWorkGrain;
