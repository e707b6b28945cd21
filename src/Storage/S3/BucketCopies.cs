using Cluster.Coordinator.Ports;
using Cluster.Plans;
using Cluster.Storage.Files;

namespace Cluster.Storage.S3;

/// <summary>
/// Copies of a bucket's artefacts in a folder of this machine. Where they may take so many bytes only, those go first that
/// were not used for longest: none that is in use, and none that the bucket has not. Thread-safe.
/// </summary>
/// <remarks>
/// What is in use is known to this process alone, so a folder of copies belongs to one. Nothing else is remembered: after a
/// crash the folder is what counts, with what was left of copies that were under way.
/// </remarks>
/// <param name="folder">The folder, which processes that work on candidates read and write, too.</param>
/// <param name="bucket">Where the artefacts are.</param>
/// <param name="mostBytes">What the folder may take; 0 for any. What is in use may take more, until it no longer is.</param>
internal sealed class BucketCopies(FolderArtefactStore folder, BucketClient bucket, long mostBytes) : IDisposable
{
    private readonly SemaphoreSlim _clearing = new(1, 1);
    private readonly Lock _lock = new();

    // Users by digest.
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private volatile bool _isOver;

    public bool IsLimited => mostBytes > 0;

    /// <summary>Keeps what is there, or comes, of these artefacts until <see cref="ReleaseAsync"/>.</summary>
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

    /// <summary>Removes copies until what is there, with what comes, is within the limit, as far as that can be.</summary>
    /// <param name="coming">Bytes that are about to be written.</param>
    /// <param name="cancellation">Ends it early.</param>
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

                // What work made is here before it is in the bucket.
                bool isKept = !IsHeld(copy.Sha256) && await bucket.SizeAsync(NameOf(copy.Sha256), cancellation) == copy.SizeBytes;
                excess -= isKept && RemoveUnlessHeld(copy.Sha256) ? copy.SizeBytes : 0;
            }

            _isOver = excess > 0;
        }
        catch (StoreUnavailableException)
        {
            // Nobody knows what the bucket has: copies stay until it answers again.
            _isOver = true;
        }
        finally
        {
            _clearing.Release();
        }
    }

    /// <summary>Removes copies that were not used since, and what killed writers left by then.</summary>
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

    // Whoever holds it first finds it; whoever comes later finds it gone, and fetches it.
    private bool RemoveUnlessHeld(string sha256)
    {
        lock (_lock)
        {
            return !_held.ContainsKey(sha256) && folder.Remove(sha256);
        }
    }
}
