using Cluster.Plans;

namespace Cluster.Coordinator.Ports;

/// <summary>Files by the SHA-256 of their content. Safe for several processes at once.</summary>
/// <remarks>Every member throws a <see cref="StoreUnavailableException"/> where the store is elsewhere and cannot be asked.</remarks>
public interface IArtefactStore
{
    /// <summary>
    /// Stores a stream's remaining bytes and returns their SHA-256 in lower-case hexadecimal, once they outlive a loss of
    /// power; storing the same bytes again repairs what was damaged, and counts them as new.
    /// </summary>
    Task<string> PutAsync(Stream content, CancellationToken cancellationToken);

    /// <summary>Opens an artefact for reading, after its bytes were checked against the digest.</summary>
    /// <exception cref="JobException">It is not there, or its bytes are not those that were stored.</exception>
    Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Opens an artefact for readers that check its digest themselves while they read: large files are not read twice.</summary>
    /// <exception cref="JobException">It is not there.</exception>
    Task<Stream> OpenUncheckedAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Size in bytes of an artefact, or null where it is not there (its bytes are checked when it is opened).</summary>
    Task<long?> SizeAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>When an artefact was stored or last counted as new, or null where it is not there.</summary>
    Task<DateTimeOffset?> StoredAtAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Marks an existing artefact as new, so that the collection of old ones leaves it.</summary>
    Task TouchAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>
    /// Forgets an artefact, unless it counts as newer than that; who has it open reads on. False where it is not there, or newer.
    /// </summary>
    /// <param name="sha256">The artefact.</param>
    /// <param name="storedAt">What <see cref="StoredAtAsync"/> said of it; later than now for any.</param>
    /// <param name="cancellationToken">Ends it early.</param>
    Task<bool> RemoveAsync(string sha256, DateTimeOffset storedAt, CancellationToken cancellationToken);

    /// <summary>All artefacts, in no order; what comes or goes meanwhile may be missing.</summary>
    IAsyncEnumerable<StoredArtefact> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes what has no owner: unfinished files of writers that were killed, copies that were not read for long.</summary>
    /// <param name="before">What is as old as this.</param>
    void Tidy(DateTimeOffset before);
}
