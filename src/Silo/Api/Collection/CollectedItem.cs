namespace Cluster.Silo.Api.Collection;

/// <summary>A job or a file to remove.</summary>
/// <param name="Id">The job's id, or the file's digest.</param>
/// <param name="Reason">Why, for people.</param>
/// <param name="Bytes">Size of the file; for a job: of the stored files that no other job names.</param>
internal sealed record CollectedItem(string Id, string Reason, long Bytes)
{
    /// <summary>The artefacts that the job names; null for a file.</summary>
    public IReadOnlyCollection<string>? JobFiles { get; init; }

    /// <summary>When the file was stored or last counted as new; null for a job.</summary>
    public DateTimeOffset? StoredAt { get; init; }
}
