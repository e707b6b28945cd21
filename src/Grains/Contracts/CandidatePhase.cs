namespace Cluster.Grains.Contracts;

/// <summary>Where a try is in its life.</summary>
[GenerateSerializer]
[Alias("cluster.candidatePhase")]
public enum CandidatePhase
{
    /// <summary>Nothing is known of it here: it was never begun, or its silo was lost.</summary>
    Unknown,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended; the reply has its result, and nothing of it is kept here.</summary>
    Ended,
}
