using System.Security.Cryptography;

namespace Cluster.Storage.Files;

/// <summary>
/// Artefacts as files <c>ROOT/ab/abcdef…</c>. A file is complete or missing, and survives a power loss once stored
/// (<see cref="AtomicFile"/>).
/// </summary>
public sealed class FolderArtefactStore : IArtefactStore
{
    private readonly string _root;

    /// <summary>Uses a folder, which is created if missing.</summary>
    public FolderArtefactStore(string root)
    {
        _root = root;
        Directory.CreateDirectory(root);
    }

    /// <inheritdoc/>
    public Task<string> PutAsync(Stream content, CancellationToken cancellationToken) =>
        PutAsync(content, expected: null, named: null, cancellationToken);

    /// <summary>Stores a stream's remaining bytes; stores nothing if their digest is not the expected one.</summary>
    /// <param name="content">The stream.</param>
    /// <param name="expected">The digest, or null for any.</param>
    /// <param name="named">Receives the digest before the artefact is visible.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    /// <exception cref="JobException">The bytes have another digest.</exception>
    internal async Task<string> PutAsync(Stream content, string? expected, Action<string>? named, CancellationToken cancellationToken)
    {
        var part = AtomicFile.Beside(Path.Combine(_root, ".new"));
        try
        {
            string digest;
            using (var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write))
            {
                var buffer = new byte[1 << 16];
                int read;
                while ((read = await content.ReadAsync(buffer, cancellationToken)) > 0)
                {
                    hash.AppendData(buffer, 0, read);
                    await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
                }

                await file.FlushAsync(cancellationToken);
                RandomAccess.FlushToDisk(file.SafeFileHandle);
                digest = Convert.ToHexStringLower(hash.GetHashAndReset());
            }

            if (expected is not null && !string.Equals(digest, expected, StringComparison.Ordinal))
            {
                throw new JobException(
                    $"The bytes that came for the artefact {expected} have the digest {digest}: they were changed or damaged, upload "
                    + "the file again or run the job that makes it.");
            }

            named?.Invoke(digest);
            var path = PathOf(digest);
            DurableFolder.Create(Path.GetDirectoryName(path)!);
            AtomicFile.Place(part, path);
            return digest;
        }
        finally
        {
            File.Delete(part);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken)
    {
        var path = PathOf(sha256);
        var file = Open(path, sha256);
        try
        {
            var found = Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken));
            if (!string.Equals(found, sha256, StringComparison.Ordinal))
            {
                throw new JobException(
                    $"The artefact {path} has the digest {found} where its name says {sha256}: it was changed or damaged, delete "
                    + "it and run the job again.");
            }

            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public Task<Stream> OpenUncheckedAsync(string sha256, CancellationToken cancellationToken) =>
        Task.FromResult<Stream>(Open(PathOf(sha256), sha256));

    /// <inheritdoc/>
    public Task<long?> SizeAsync(string sha256, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(sha256));
        return Task.FromResult<long?>(file.Exists ? file.Length : null);
    }

    /// <inheritdoc/>
    public Task<DateTimeOffset?> StoredAtAsync(string sha256, CancellationToken cancellationToken)
    {
        var file = new FileInfo(PathOf(sha256));
        return Task.FromResult<DateTimeOffset?>(file.Exists ? new DateTimeOffset(file.LastWriteTimeUtc) : null);
    }

    /// <inheritdoc/>
    public Task TouchAsync(string sha256, CancellationToken cancellationToken)
    {
        Touch(sha256);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<bool> RemoveAsync(string sha256, DateTimeOffset storedAt, CancellationToken cancellationToken)
    {
        var path = PathOf(sha256);
        if (File.GetLastWriteTimeUtc(path) > storedAt.UtcDateTime)
        {
            return Task.FromResult(false);
        }

        var aside = AtomicFile.Beside(Path.Combine(_root, ".old"));
        try
        {
            // Moved aside first: a touch after this finds the artefact gone, and a touch before this shows in its time.
            File.Move(path, aside);
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return Task.FromResult(false);
        }

        bool isOld = File.GetLastWriteTimeUtc(aside) <= storedAt.UtcDateTime;
        if (isOld)
        {
            File.Delete(aside);
        }
        else
        {
            File.Move(aside, path, overwrite: true);
        }

        return Task.FromResult(isOld);
    }

    /// <inheritdoc/>
    public IAsyncEnumerable<StoredArtefact> ListAsync(CancellationToken cancellationToken) => Files().ToAsyncEnumerable();

    /// <inheritdoc/>
    public void Tidy(DateTimeOffset before)
    {
        foreach (var part in Unfinished().Where(file => file.LastWriteTimeUtc < before.UtcDateTime))
        {
            part.Delete();
        }
    }

    /// <summary>Whether an artefact of that digest exists (its bytes are checked when it is opened).</summary>
    public bool Contains(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>Counts an artefact as new, if it exists.</summary>
    internal void Touch(string sha256)
    {
        var path = PathOf(sha256);
        if (File.Exists(path))
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
    }

    /// <summary>Removes an artefact; false if it does not exist.</summary>
    internal bool Remove(string sha256)
    {
        var path = PathOf(sha256);
        if (!File.Exists(path))
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    /// <summary>All artefacts, in no particular order.</summary>
    internal IEnumerable<StoredArtefact> Files() => Directory.EnumerateDirectories(_root)
        .Where(folder => Path.GetFileName(folder).Length == 2)
        .SelectMany(Directory.EnumerateFiles)
        .Where(path => StoredArtefact.IsDigest(Path.GetFileName(path)))
        .Select(path => new FileInfo(path))
        .Where(file => file.Exists)
        .Select(file => new StoredArtefact(file.Name, file.Length, new DateTimeOffset(file.LastWriteTimeUtc)));

    /// <summary>Bytes of unfinished writes, including those left by killed writers.</summary>
    internal long UnfinishedBytes() => Unfinished().Where(part => part.Exists).Sum(part => part.Length);

    /// <summary>Path of the artefact with that digest; it need not exist.</summary>
    /// <exception cref="JobException">The digest is not 64 lower-case hexadecimal digits, so it could name another file.</exception>
    public string PathOf(string sha256) => Path.Combine(_root, StoredArtefact.RequireDigest(sha256)[..2], sha256);

    private IEnumerable<FileInfo> Unfinished() => Directory.EnumerateFiles(_root, "*.part").Select(path => new FileInfo(path));

    private FileStream Open(string path, string sha256)
    {
        try
        {
            return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new JobException($"The artefact {sha256} is not in {_root}: run the job that makes it again.", e);
        }
    }
}
