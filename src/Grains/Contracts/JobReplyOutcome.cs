namespace Cluster.Grains.Contracts;

/// <summary>How a request about a job ended.</summary>
[GenerateSerializer]
[Alias("cluster.jobReplyOutcome")]
public enum JobReplyOutcome
{
    /// <summary>What was asked for holds now.</summary>
    Done,

    /// <summary>There is no such job.</summary>
    Unknown,

    /// <summary>The job is over.</summary>
    Ended,

    /// <summary>The job's journal cannot be used just now; trying again later may help.</summary>
    Unavailable,
}
