namespace Cluster.Coordinator.Ports;

/// <summary>Stores files by the SHA-256 of their content. Safe for several processes at once.</summary>
/// <remarks>Every member throws a <see cref="StoreUnavailableException"/> if a remote store cannot be reached.</remarks>
public interface IArtefactStore
{
    /// <summary>
    /// Stores a stream's remaining bytes durably and returns their SHA-256 in lower-case hexadecimal. Storing the same bytes again repairs
    /// a damaged artefact, and counts it as new.
    /// </summary>
    Task<string> PutAsync(Stream content, CancellationToken cancellationToken);

    /// <summary>Opens an artefact for reading, after its bytes were checked against the digest.</summary>
    /// <exception cref="JobException">It does not exist, or its bytes were changed.</exception>
    Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Opens an artefact for readers that check its digest themselves while they read: large files are not read twice.</summary>
    /// <exception cref="JobException">It does not exist.</exception>
    Task<Stream> OpenUncheckedAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Size in bytes of an artefact, or null if it does not exist (its bytes are checked when it is opened).</summary>
    Task<long?> SizeAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>When an artefact was stored or last counted as new, or null if it does not exist.</summary>
    Task<DateTimeOffset?> StoredAtAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Marks an existing artefact as new, so that the collection of old ones keeps it.</summary>
    Task TouchAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>
    /// Removes an artefact, unless it counts as newer than given; open readers can continue. False if it does not exist, or is newer.
    /// </summary>
    /// <param name="sha256">The artefact.</param>
    /// <param name="storedAt">The value of <see cref="StoredAtAsync"/>; a later time removes it unconditionally.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<bool> RemoveAsync(string sha256, DateTimeOffset storedAt, CancellationToken cancellationToken);

    /// <summary>All artefacts, in no particular order; ones added or removed meanwhile may be missing.</summary>
    IAsyncEnumerable<StoredArtefact> ListAsync(CancellationToken cancellationToken);

    /// <summary>Removes leftovers: unfinished files of killed writers, copies not read for long.</summary>
    /// <param name="before">Files at least as old as this are removed.</param>
    void Tidy(DateTimeOffset before);
}

/// <summary>An artefact of a store.</summary>
/// <param name="Sha256">Its digest in lower-case hexadecimal.</param>
/// <param name="SizeBytes">Its size.</param>
/// <param name="StoredAt">When it was stored, or last counted as new.</param>
public sealed record StoredArtefact(string Sha256, long SizeBytes, DateTimeOffset StoredAt)
{
    private const int DigestLength = 64;

    /// <summary>Whether a text is a digest in the form of artefact names, so that it cannot be a path to another file.</summary>
    public static bool IsDigest(string text) => text.Length == DigestLength && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Returns a digest that is one.</summary>
    /// <exception cref="JobException">It is not 64 lower-case hexadecimal digits, so it could name another file.</exception>
    public static string RequireDigest(string sha256) => IsDigest(sha256) ? sha256 : throw new JobException(
        $"\"{sha256}\" is not a SHA-256 in 64 lower-case hexadecimal digits: give the digest of an artefact.");
}

/// <summary>A remote store could not be reached, or did not do what was requested. The sentence says what to do.</summary>
public sealed class StoreUnavailableException(string message, Exception? innerException = null) : IOException(message, innerException);
