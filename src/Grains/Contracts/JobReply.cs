namespace Cluster.Grains.Contracts;

/// <summary>The answer to a request about a job.</summary>
/// <param name="Outcome">How it ended.</param>
/// <param name="Problem">A sentence for people if the request was not fulfilled.</param>
[GenerateSerializer]
[Immutable]
[Alias("cluster.jobReply")]
public sealed record JobReply([property: Id(0)] JobReplyOutcome Outcome, [property: Id(1)] string? Problem = null);

/// <summary>How a request about a job ended.</summary>
[GenerateSerializer]
[Alias("cluster.jobReplyOutcome")]
public enum JobReplyOutcome
{
    /// <summary>The requested state is in effect.</summary>
    Done,

    /// <summary>There is no such job.</summary>
    Unknown,

    /// <summary>The job has ended.</summary>
    Ended,

    /// <summary>The job's journal is not usable at the moment; a later retry may help.</summary>
    Unavailable,
}
