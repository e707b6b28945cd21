namespace Cluster.Grains.Contracts;

/// <summary>Where an attempt is in its life.</summary>
[GenerateSerializer]
[Alias("cluster.candidatePhase")]
public enum CandidatePhase
{
    /// <summary>Its node knows nothing of it: it was never begun there, or it ended long ago.</summary>
    Unknown,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended; the reply has its result.</summary>
    Ended,

    /// <summary>Its node did not take it: the slot works on something else, or the node takes nothing new.</summary>
    Refused,

    /// <summary>Its node is no member of the cluster any more. The caller finds this out; no node replies it.</summary>
    Gone,
}
