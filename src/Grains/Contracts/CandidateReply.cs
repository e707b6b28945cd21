using Cluster.Coordinator.Work;

namespace Cluster.Grains.Contracts;

/// <summary>Where an attempt is.</summary>
/// <param name="Phase">Where.</param>
/// <param name="Result">What was found, once it ended with a result.</param>
/// <param name="Problem">What is broken, once it ended otherwise, or why it was refused.</param>
/// <param name="Publication">What became of publishing, once that ended.</param>
[GenerateSerializer]
[Alias("cluster.candidateReply")]
public sealed record CandidateReply(
    [property: Id(0)] CandidatePhase Phase,
    [property: Id(1)] Carried<WorkResult>? Result = null,
    [property: Id(2)] string? Problem = null,
    [property: Id(3)] Carried<Publication>? Publication = null);
