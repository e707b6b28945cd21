namespace Cluster.Silo.Api.Collection;

/// <summary>How long jobs and files are kept; what is zero limits nothing.</summary>
internal sealed record RetentionRules
{
    /// <summary>How long a job is kept after its end.</summary>
    public TimeSpan KeepJobs { get; init; }

    /// <summary>How long a file is kept that no job names.</summary>
    public TimeSpan KeepUploads { get; init; }

    /// <summary>Bytes of files above which jobs that have ended go, the one first that ended first.</summary>
    public long MostBytes { get; init; }

    /// <summary>Whether anything is limited.</summary>
    public bool IsAny => KeepJobs > TimeSpan.Zero || KeepUploads > TimeSpan.Zero || MostBytes > 0;
}
