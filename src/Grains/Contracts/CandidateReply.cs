namespace Cluster.Grains.Contracts;

/// <summary>The state of an attempt.</summary>
/// <param name="Phase">Its phase.</param>
/// <param name="Result">The result, a <see cref="WorkResult"/>, once it ended with one.</param>
/// <param name="Problem">The fault, if it ended otherwise, or why it was refused.</param>
/// <param name="Failure">The kind of failure in the result, so that most readers need not read it; null for none.</param>
[GenerateSerializer]
[Immutable]
[Alias("cluster.candidateReply")]
public sealed record CandidateReply(
    [property: Id(0)] CandidatePhase Phase,
    [property: Id(1)] Carried? Result = null,
    [property: Id(2)] string? Problem = null,
    [property: Id(3)] FailureKind? Failure = null)
{
    /// <summary>The reply for an item's end.</summary>
    public static CandidateReply Of(WorkResult result) =>
        new(CandidatePhase.Ended, Carried.Of(result), Failure: (result as FailedResult)?.Kind);

    /// <summary>The failure in the result, or null.</summary>
    public FailedResult? FailedResult() => Failure is null ? null : Result?.Value<WorkResult>() as FailedResult;
}

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
