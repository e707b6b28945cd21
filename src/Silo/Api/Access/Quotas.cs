namespace Cluster.Silo.Api.Access;

/// <summary>How much one tenant may have; 0: as much as it likes.</summary>
internal sealed record Quotas
{
    /// <summary>Candidates under way: with as many, no further job is taken.</summary>
    public int RunningCandidates { get; init; }

    /// <summary>Bytes of uploads that are kept.</summary>
    public long StoredBytes { get; init; }

    /// <summary>Uploads, downloads and watched jobs at once, on each server.</summary>
    public int Streams { get; init; }

    /// <summary>Nodes of a job's graph.</summary>
    public int GraphNodes { get; init; }
}
