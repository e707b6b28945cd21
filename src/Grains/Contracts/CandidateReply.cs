using Cluster.Coordinator.Work;

namespace Cluster.Grains.Contracts;

/// <summary>Where an attempt is.</summary>
/// <param name="Phase">Where.</param>
/// <param name="Result">What was found, a <see cref="WorkResult"/>, once it ended with a result.</param>
/// <param name="Problem">What is broken, once it ended otherwise, or why it was refused.</param>
/// <param name="Failure">The kind of failure that the result is, so that few have to read it; null for none.</param>
[GenerateSerializer]
[Alias("cluster.candidateReply")]
public sealed record CandidateReply(
    [property: Id(0)] CandidatePhase Phase,
    [property: Id(1)] Carried? Result = null,
    [property: Id(2)] string? Problem = null,
    [property: Id(3)] FailureKind? Failure = null)
{
    /// <summary>An item's end.</summary>
    public static CandidateReply Of(WorkResult result) =>
        new(CandidatePhase.Ended, Carried.Of(result), Failure: (result as FailedResult)?.Kind);

    /// <summary>The failure that the result is, or null.</summary>
    public FailedResult? FailedResult() => Failure is null ? null : Result?.Value<WorkResult>() as FailedResult;
}
