namespace Cluster.Storage.S3;

/// <summary>
/// Copies of a bucket's artefacts in a folder of this machine. Above the limit of bytes, the least recently used are removed first, but
/// never copies in use, nor those that the bucket does not have. Thread-safe.
/// </summary>
/// <remarks>
/// Only this process knows which copies are in use, so a folder of copies belongs to one process. No other state is kept: after a crash the
/// folder is the truth, including leftovers of unfinished copies.
/// </remarks>
/// <param name="folder">The folder, which evaluating processes also read and write.</param>
/// <param name="bucket">The bucket of the artefacts.</param>
/// <param name="mostBytes">The folder's limit; 0: none. Copies in use may exceed it until they are released.</param>
internal sealed class BucketCopies(FolderArtefactStore folder, BucketClient bucket, long mostBytes) : IDisposable
{
    private readonly SemaphoreSlim _clearing = new(1, 1);
    private readonly Lock _lock = new();

    // Number of users by digest.
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private volatile bool _isOver;

    public bool IsLimited => mostBytes > 0;

    /// <summary>Keeps existing and future copies of these artefacts until <see cref="ReleaseAsync"/>.</summary>
    public void Hold(IEnumerable<string> artefacts)
    {
        lock (_lock)
        {
            foreach (string sha256 in artefacts)
            {
                _held[sha256] = _held.GetValueOrDefault(sha256) + 1;
            }
        }
    }

    public async ValueTask ReleaseAsync(IEnumerable<string> artefacts)
    {
        lock (_lock)
        {
            foreach (string sha256 in artefacts)
            {
                if (--_held[sha256] == 0)
                {
                    _held.Remove(sha256);
                }
            }
        }

        if (_isOver)
        {
            await MakeRoomAsync(0, CancellationToken.None);
        }
    }

    /// <summary>Removes copies until the rest, with the coming bytes, is within the limit, as far as possible.</summary>
    /// <param name="coming">Bytes about to be written.</param>
    /// <param name="cancellation">Cancels it.</param>
    public async Task MakeRoomAsync(long coming, CancellationToken cancellation)
    {
        if (!IsLimited)
        {
            return;
        }

        await _clearing.WaitAsync(cancellation);
        try
        {
            var copies = folder.Files().OrderBy(copy => copy.StoredAt).ToList();
            long excess = copies.Sum(copy => copy.SizeBytes) + folder.UnfinishedBytes() + coming - mostBytes;
            foreach (var copy in copies)
            {
                if (excess <= 0)
                {
                    break;
                }

                // A file made by a worker is here before it is in the bucket.
                bool isKept = !IsHeld(copy.Sha256) && await bucket.SizeAsync(NameOf(copy.Sha256), cancellation) == copy.SizeBytes;
                excess -= isKept && RemoveUnlessHeld(copy.Sha256) ? copy.SizeBytes : 0;
            }

            _isOver = excess > 0;
        }
        catch (StoreUnavailableException)
        {
            // The bucket's content is unknown: copies stay until it answers again.
            _isOver = true;
        }
        finally
        {
            _clearing.Release();
        }
    }

    /// <summary>Removes copies not used since, and what killed writers left before then.</summary>
    public void Tidy(DateTimeOffset before)
    {
        folder.Tidy(before);
        foreach (var copy in folder.Files().Where(copy => copy.StoredAt < before))
        {
            RemoveUnlessHeld(copy.Sha256);
        }
    }

    public void Dispose() => _clearing.Dispose();

    /// <summary>An artefact's name in the bucket.</summary>
    /// <exception cref="JobException">The text is no digest.</exception>
    public static string NameOf(string sha256) => $"{StoredArtefact.RequireDigest(sha256)[..2]}/{sha256}";

    private bool IsHeld(string sha256)
    {
        lock (_lock)
        {
            return _held.ContainsKey(sha256);
        }
    }

    // A process that holds it first finds it; a later one finds it gone, and downloads it.
    private bool RemoveUnlessHeld(string sha256)
    {
        lock (_lock)
        {
            return !_held.ContainsKey(sha256) && folder.Remove(sha256);
        }
    }
}
