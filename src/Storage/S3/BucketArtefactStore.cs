using System.Runtime.CompilerServices;
using Cluster.Coordinator;
using Cluster.Coordinator.Ports;
using Cluster.Storage.Files;

namespace Cluster.Storage.S3;

/// <summary>
/// Artefacts as objects <c>ab/abcdef…</c>, named as the files of a <see cref="FolderArtefactStore"/> are. All reading is of
/// copies in a folder of this machine, whose bytes are checked when they come.
/// </summary>
/// <param name="bucket">Where; its owner disposes of it.</param>
/// <param name="copies">The folder of copies.</param>
public sealed class BucketArtefactStore(BucketClient bucket, FolderArtefactStore copies) : IArtefactStore, IDisposable
{
    private readonly SemaphoreSlim _fetching = new(1, 1);

    /// <inheritdoc/>
    public async Task<string> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        string sha256 = await copies.PutAsync(content, cancellationToken);
        await bucket.UploadAsync(NameOf(sha256), copies.PathOf(sha256), cancellationToken);
        return sha256;
    }

    /// <summary>Uploads a copy that was made on this machine, unless the bucket has the artefact.</summary>
    public async Task KeepAsync(string sha256, CancellationToken cancellationToken)
    {
        if (await SizeAsync(sha256, cancellationToken) != new FileInfo(copies.PathOf(sha256)).Length)
        {
            await bucket.UploadAsync(NameOf(sha256), copies.PathOf(sha256), cancellationToken);
        }
    }

    /// <summary>Makes a copy on this machine, unless there is one; false where the bucket has no such artefact.</summary>
    /// <exception cref="JobException">What came has another digest.</exception>
    public async Task<bool> BringAsync(string sha256, CancellationToken cancellationToken)
    {
        if (IsHere(sha256))
        {
            return true;
        }

        // One after the other: what several slots wait for is brought once.
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            return IsHere(sha256) || await bucket.ReadAsync(
                NameOf(sha256), content => copies.PutExpectedAsync(content, sha256, cancellationToken), cancellationToken);
        }
        finally
        {
            _fetching.Release();
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken)
    {
        await RequireHereAsync(sha256, cancellationToken);
        try
        {
            return await copies.OpenAsync(sha256, cancellationToken);
        }
        catch (JobException)
        {
            // The copy was damaged since it came: the bucket's bytes count.
            copies.Remove(sha256);
            await RequireHereAsync(sha256, cancellationToken);
            return await copies.OpenAsync(sha256, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenUncheckedAsync(string sha256, CancellationToken cancellationToken)
    {
        await RequireHereAsync(sha256, cancellationToken);
        return await copies.OpenUncheckedAsync(sha256, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long?> SizeAsync(string sha256, CancellationToken cancellationToken) => bucket.SizeAsync(NameOf(sha256), cancellationToken);

    /// <inheritdoc/>
    public async Task TouchAsync(string sha256, CancellationToken cancellationToken)
    {
        if (await SizeAsync(sha256, cancellationToken) is not null)
        {
            await bucket.RefreshAsync(NameOf(sha256), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string sha256, CancellationToken cancellationToken)
    {
        copies.Remove(sha256);
        if (await SizeAsync(sha256, cancellationToken) is null)
        {
            return false;
        }

        await bucket.DeleteAsync(NameOf(sha256), cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredArtefact> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (name, size, modifiedAt) in bucket.ListAsync("", cancellationToken))
        {
            // Claims are below the same prefix.
            if (name.Split('/') is [{ Length: 2 }, var sha256] && StoredArtefact.IsDigest(sha256))
            {
                yield return new StoredArtefact(sha256, size, modifiedAt);
            }
        }
    }

    /// <inheritdoc/>
    public void Tidy(DateTimeOffset before)
    {
        copies.Tidy(before);
        foreach (var copy in copies.Files().Where(copy => copy.StoredAt < before))
        {
            copies.Remove(copy.Sha256);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _fetching.Dispose();

    private static string NameOf(string sha256) => $"{StoredArtefact.RequireDigest(sha256)[..2]}/{sha256}";

    private bool IsHere(string sha256)
    {
        // What is used stays.
        copies.Touch(sha256);
        return copies.Contains(sha256);
    }

    private async Task RequireHereAsync(string sha256, CancellationToken cancellationToken)
    {
        if (!await BringAsync(sha256, cancellationToken))
        {
            throw new JobException($"The artefact {sha256} is not in {bucket}: upload it, or run the job that makes it again.");
        }
    }
}
