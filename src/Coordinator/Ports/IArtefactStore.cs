namespace Cluster.Coordinator.Ports;

/// <summary>Files by the SHA-256 of their content. Safe for several processes at once.</summary>
public interface IArtefactStore
{
    /// <summary>
    /// Stores a stream's remaining bytes and returns their SHA-256 in lower-case hexadecimal; storing the same bytes
    /// again changes nothing.
    /// </summary>
    Task<string> PutAsync(Stream content, CancellationToken cancellationToken);

    /// <summary>Opens an artefact for reading, after its bytes were checked against the digest.</summary>
    /// <exception cref="JobException">It is not there, or its bytes are not those that were stored.</exception>
    Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken);

    /// <summary>Whether an artefact of that digest is there (its bytes are checked when it is opened).</summary>
    bool Contains(string sha256);

    /// <summary>Size in bytes of an artefact, or null where it is not there.</summary>
    long? SizeOf(string sha256);

    /// <summary>Opens an artefact for readers that check its digest themselves while they read: large files are not read twice.</summary>
    /// <exception cref="JobException">It is not there.</exception>
    Stream OpenUnchecked(string sha256);

    /// <summary>Counts an artefact that is there as new, for whoever collects old ones.</summary>
    void Touch(string sha256)
    {
        // Most stores collect nothing.
    }

    /// <summary>Forgets an artefact; who has it open reads on. False where it is not there.</summary>
    bool Remove(string sha256);
}
