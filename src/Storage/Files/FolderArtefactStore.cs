using System.Security.Cryptography;
using Cluster.Coordinator;
using Cluster.Coordinator.Ports;

namespace Cluster.Storage.Files;

/// <summary>
/// Artefacts as files <c>ROOT/ab/abcdef…</c>. A file appears whole or not at all, and survives a power loss once it was
/// put (<see cref="AtomicFile"/>).
/// </summary>
public sealed class FolderArtefactStore : IArtefactStore
{
    private readonly string _root;

    /// <summary>Uses a folder, which is created if it is missing.</summary>
    public FolderArtefactStore(string root)
    {
        _root = root;
        Directory.CreateDirectory(root);
    }

    /// <inheritdoc/>
    public async Task<string> PutAsync(Stream content, CancellationToken cancellationToken)
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
    public long? SizeOf(string sha256)
    {
        var file = new FileInfo(PathOf(sha256));
        return file.Exists ? file.Length : null;
    }

    /// <inheritdoc/>
    public Stream OpenUnchecked(string sha256) => Open(PathOf(sha256), sha256);

    /// <inheritdoc/>
    public bool Remove(string sha256)
    {
        var path = PathOf(sha256);
        if (!File.Exists(path))
        {
            return false;
        }

        File.Delete(path);
        return true;
    }

    /// <inheritdoc/>
    public void Touch(string sha256)
    {
        var path = PathOf(sha256);
        if (File.Exists(path))
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
        }
    }

    /// <summary>Artefacts that were stored, or touched, before a time.</summary>
    public IEnumerable<string> Older(DateTime utc) => Directory.EnumerateDirectories(_root)
        .Where(folder => Path.GetFileName(folder).Length == 2)
        .SelectMany(Directory.EnumerateFiles)
        .Where(file => File.GetLastWriteTimeUtc(file) < utc)
        .Select(file => Path.GetFileName(file))
        .Where(name => name.Length == 64 && name.All(char.IsAsciiHexDigitLower));

    /// <summary>Removes what writers that were killed before a time left unfinished.</summary>
    public void RemoveParts(DateTime utc)
    {
        foreach (var part in Directory.EnumerateFiles(_root, "*.part").Where(file => File.GetLastWriteTimeUtc(file) < utc))
        {
            File.Delete(part);
        }
    }

    /// <inheritdoc/>
    public bool Contains(string sha256) => File.Exists(PathOf(sha256));

    /// <summary>Path of the artefact with that digest; it need not exist.</summary>
    /// <exception cref="JobException">The digest is not 64 lower-case hexadecimal digits, and so could name another
    /// file.</exception>
    public string PathOf(string sha256)
    {
        if (sha256.Length != 64 || sha256.Any(c => !char.IsAsciiHexDigitLower(c)))
        {
            throw new JobException($"\"{sha256}\" is not a SHA-256 in 64 lower-case hexadecimal digits: give the digest of an artefact.");
        }

        return Path.Combine(_root, sha256[..2], sha256);
    }

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
