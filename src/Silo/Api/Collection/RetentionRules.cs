namespace Cluster.Silo.Api.Collection;

/// <summary>How long jobs and files are kept; zero means no limit.</summary>
internal sealed record RetentionRules
{
    /// <summary>How long a job is kept after its end.</summary>
    public TimeSpan KeepJobs { get; init; }

    /// <summary>How long a file that no job names is kept.</summary>
    public TimeSpan KeepUploads { get; init; }

    /// <summary>Bytes of files above which ended jobs are removed, the earliest ended first.</summary>
    public long MostBytes { get; init; }

    /// <summary>The most runs of a schedule that are kept after their end, the last ones.</summary>
    public int KeepProofs { get; init; }

    /// <summary>Whether there is any limit.</summary>
    public bool IsAny => KeepJobs > TimeSpan.Zero || KeepUploads > TimeSpan.Zero || KeepProofs > 0 || MostBytes > 0;
}
