namespace Cluster.Silo.Api.Access;

/// <summary>The limits of one tenant; 0: none.</summary>
internal sealed record Quotas
{
    /// <summary>Running candidates: at this number, no further job is accepted.</summary>
    public int RunningCandidates { get; init; }

    /// <summary>Bytes of stored uploads.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Concurrent uploads, downloads and watched jobs, on each server.</summary>
    public int Streams { get; init; }

    /// <summary>Nodes of a job's graph.</summary>
    public int GraphNodes { get; init; }
}
