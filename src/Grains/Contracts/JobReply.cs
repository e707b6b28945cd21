namespace Cluster.Grains.Contracts;

/// <summary>What became of a request about a job.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Problem">A sentence for people where it did not do what was asked.</param>
[GenerateSerializer]
[Alias("cluster.jobReply")]
public sealed record JobReply([property: Id(0)] JobReplyOutcome Outcome, [property: Id(1)] string? Problem = null);
