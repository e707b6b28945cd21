namespace Cluster.Grains.Contracts;

/// <summary>The phase of an attempt.</summary>
[GenerateSerializer]
[Alias("cluster.candidatePhase")]
public enum CandidatePhase
{
    /// <summary>Its node does not know it: it was never started there, or it ended long ago.</summary>
    Unknown,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended; the reply has its result.</summary>
    Ended,

    /// <summary>Its node refused it: the slot is busy, or the node accepts no new work.</summary>
    Refused,

    /// <summary>Its node is no longer a member of the cluster. The caller detects this; no node replies it.</summary>
    Gone,
}
