using System.Runtime.CompilerServices;

namespace Cluster.Storage.S3;

/// <summary>
/// Artefacts as objects <c>ab/abcdef…</c>, named like the files of a <see cref="FolderArtefactStore"/>. All reads use local copies in a
/// folder, whose bytes are checked when they are downloaded.
/// </summary>
/// <param name="bucket">The bucket; its owner disposes of it.</param>
/// <param name="copies">The folder of copies, used only by this store and its worker processes.</param>
/// <param name="mostBytes">The limit for copies not in use; 0: none.</param>
public sealed class BucketArtefactStore(BucketClient bucket, FolderArtefactStore copies, long mostBytes = 0) : IArtefactStore, IDisposable
{
    private readonly BucketCopies _copies = new(copies, bucket, mostBytes);
    private readonly SemaphoreSlim _fetching = new(1, 1);

    /// <inheritdoc/>
    public async Task<string> PutAsync(Stream content, CancellationToken cancellationToken)
    {
        HeldCopies? held = null;
        try
        {
            string sha256 = await copies.PutAsync(
                content, expected: null, digest => held = new HeldCopies(_copies, [digest]), cancellationToken);
            await bucket.UploadAsync(BucketCopies.NameOf(sha256), copies.PathOf(sha256), cancellationToken);
            await _copies.MakeRoomAsync(0, cancellationToken);
            return sha256;
        }
        finally
        {
            await (held?.DisposeAsync() ?? ValueTask.CompletedTask);
        }
    }

    /// <summary>Uploads a copy that was made on this machine, unless the bucket has the artefact.</summary>
    /// <exception cref="JobException">It is in neither place.</exception>
    public async Task KeepAsync(string sha256, CancellationToken cancellationToken)
    {
        await using (new HeldCopies(_copies, [sha256]))
        {
            long? stored = await SizeAsync(sha256, cancellationToken);
            long? made = await copies.SizeAsync(sha256, cancellationToken);
            if (made is null && stored is null)
            {
                throw new JobException($"The artefact {sha256} that work made is gone from this machine: run the job again.");
            }

            // A removed copy was one that the bucket has. The bucket's object counts as new from now on: no job names it yet.
            if (made is not null && made != stored)
            {
                await bucket.UploadAsync(BucketCopies.NameOf(sha256), copies.PathOf(sha256), cancellationToken);
            }
            else
            {
                await bucket.RefreshAsync(BucketCopies.NameOf(sha256), cancellationToken);
            }
        }

        await _copies.MakeRoomAsync(0, cancellationToken);
    }

    /// <summary>Copies those artefacts that the bucket has to this machine; the copies stay until the result is disposed of.</summary>
    /// <exception cref="JobException">The downloaded bytes have another digest.</exception>
    public async Task<HeldCopies> HoldAsync(IEnumerable<string> artefacts, CancellationToken cancellationToken)
    {
        string[] wanted = [.. artefacts.Distinct(StringComparer.Ordinal)];
        var held = new HeldCopies(_copies, wanted);
        try
        {
            foreach (string sha256 in wanted)
            {
                await BringAsync(sha256, cancellationToken);
            }

            return held;
        }
        catch
        {
            await held.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenAsync(string sha256, CancellationToken cancellationToken)
    {
        await using var held = await RequireHeldAsync(sha256, cancellationToken);
        try
        {
            return await copies.OpenAsync(sha256, cancellationToken);
        }
        catch (JobException)
        {
            // The copy was damaged after its download: the bucket's bytes are the truth.
            copies.Remove(sha256);
            await BringAsync(sha256, cancellationToken);
            return await copies.OpenAsync(sha256, cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<Stream> OpenUncheckedAsync(string sha256, CancellationToken cancellationToken)
    {
        await using var held = await RequireHeldAsync(sha256, cancellationToken);
        return await copies.OpenUncheckedAsync(sha256, cancellationToken);
    }

    /// <inheritdoc/>
    public Task<long?> SizeAsync(string sha256, CancellationToken cancellationToken) =>
        bucket.SizeAsync(BucketCopies.NameOf(sha256), cancellationToken);

    /// <inheritdoc/>
    public Task<DateTimeOffset?> StoredAtAsync(string sha256, CancellationToken cancellationToken) =>
        bucket.ModifiedAtAsync(BucketCopies.NameOf(sha256), cancellationToken);

    /// <inheritdoc/>
    public async Task TouchAsync(string sha256, CancellationToken cancellationToken)
    {
        if (await SizeAsync(sha256, cancellationToken) is not null)
        {
            await bucket.RefreshAsync(BucketCopies.NameOf(sha256), cancellationToken);
        }
    }

    /// <inheritdoc/>
    public async Task<bool> RemoveAsync(string sha256, DateTimeOffset storedAt, CancellationToken cancellationToken)
    {
        if (await StoredAtAsync(sha256, cancellationToken) is not { } at || at > storedAt)
        {
            return false;
        }

        // The service cannot make the two steps one: an object touched between them is removed anyway.
        copies.Remove(sha256);
        await bucket.DeleteAsync(BucketCopies.NameOf(sha256), cancellationToken);
        return true;
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<StoredArtefact> ListAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await foreach (var (name, size, modifiedAt) in bucket.ListAsync("", cancellationToken))
        {
            // Claims have the same prefix.
            if (name.Split('/') is [{ Length: 2 }, var sha256] && StoredArtefact.IsDigest(sha256))
            {
                yield return new StoredArtefact(sha256, size, modifiedAt);
            }
        }
    }

    /// <inheritdoc/>
    public void Tidy(DateTimeOffset before) => _copies.Tidy(before);

    /// <inheritdoc/>
    public void Dispose()
    {
        _fetching.Dispose();
        _copies.Dispose();
    }

    private async Task<HeldCopies> RequireHeldAsync(string sha256, CancellationToken cancellationToken)
    {
        var held = await HoldAsync([sha256], cancellationToken);
        if (copies.Contains(sha256))
        {
            return held;
        }

        await held.DisposeAsync();
        throw new JobException($"The artefact {sha256} is not in {bucket}: upload it, or run the job that makes it again.");
    }

    // For held artefacts, so that no existing copy is removed before it is read.
    private async Task BringAsync(string sha256, CancellationToken cancellationToken)
    {
        if (IsHere(sha256))
        {
            return;
        }

        // One at a time, so that an artefact that several slots wait for is downloaded once.
        await _fetching.WaitAsync(cancellationToken);
        try
        {
            if (IsHere(sha256))
            {
                return;
            }

            // Room is made first, so that a volume of the limit's size suffices.
            if (_copies.IsLimited)
            {
                await _copies.MakeRoomAsync(await SizeAsync(sha256, cancellationToken) ?? 0, cancellationToken);
            }

            await bucket.ReadAsync(
                BucketCopies.NameOf(sha256),
                content => copies.PutAsync(content, sha256, named: null, cancellationToken),
                cancellationToken);
        }
        finally
        {
            _fetching.Release();
        }
    }

    private bool IsHere(string sha256)
    {
        // Marks it as recently used.
        copies.Touch(sha256);
        return copies.Contains(sha256);
    }
}

/// <summary>Artefacts whose copies stay on this machine until this is disposed of.</summary>
public sealed class HeldCopies : IAsyncDisposable
{
    private readonly BucketCopies _copies;
    private IReadOnlyList<string> _artefacts;

    internal HeldCopies(BucketCopies copies, IReadOnlyList<string> artefacts)
    {
        (_copies, _artefacts) = (copies, artefacts);
        copies.Hold(artefacts);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var artefacts = _artefacts;
        _artefacts = [];
        await _copies.ReleaseAsync(artefacts);
    }
}
