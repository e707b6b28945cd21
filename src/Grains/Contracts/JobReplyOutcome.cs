namespace Cluster.Grains.Contracts;

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
