namespace Cluster.Grains.Contracts;

/// <summary>The answer to a request about a job.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Problem">A sentence for people if the request was not fulfilled.</param>
[GenerateSerializer]
[Alias("cluster.jobReply")]
public sealed record JobReply([property: Id(0)] JobReplyOutcome Outcome, [property: Id(1)] string? Problem = null);
