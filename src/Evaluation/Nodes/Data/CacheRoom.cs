namespace Cluster.Evaluation.Nodes.Data;

/// <summary>
/// Removes folders of a node's cache that no process uses, with their locks; a later user makes them again. No state is kept elsewhere:
/// after a crash the folders are the truth, including leftovers of those that were being made or removed. Several processes may do it at
/// once.
/// </summary>
/// <param name="root">The parent of the folders; their names are digests.</param>
/// <param name="limit">The limit, in bytes, of folders not in use; 0: none.</param>
public sealed class CacheRoom(string root, long limit)
{
    private const int ShortestName = 32;

    /// <summary>
    /// Removes the least recently used folders until the rest, with the coming bytes, is within the limit. Folders in use stay, even above
    /// the limit.
    /// </summary>
    /// <param name="coming">Bytes about to be written.</param>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    public void Make(long coming)
    {
        if (limit == 0 || !Directory.Exists(root))
        {
            return;
        }

        RemoveGone();
        var cached = Folders().Select(folder => (Path: folder, Bytes: SizeOf(folder))).ToList();
        long excess = cached.Sum(folder => folder.Bytes) + coming - limit;
        foreach (var (path, bytes) in cached.OrderBy(folder => Directory.GetLastWriteTimeUtc(folder.Path)))
        {
            if (excess <= 0)
            {
                break;
            }

            excess -= TryRemove(path) ? bytes : 0;
        }
    }

    /// <summary>
    /// Removes folders not used since a moment, what killed processes left before it, locks without a folder, and folders above the limit.
    /// </summary>
    /// <returns>The names of the folders removed for their age.</returns>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    public IReadOnlyList<string> Tidy(DateTimeOffset before)
    {
        if (!Directory.Exists(root))
        {
            return [];
        }

        RemoveGone();
        foreach (string part in Old(Directory.EnumerateDirectories(root, $"*{CachedFolder.Part}"), before))
        {
            // A process that is still making the folder also holds its use lock.
            using var alone = FileUse.TryAlone(CachedFolder.UseOf(part[..^CachedFolder.Part.Length]));
            if (alone is not null)
            {
                WorkFolders.Delete(part);
            }
        }

        string[] gone = [.. Old(Folders(), before).Where(TryRemove).Select(folder => Path.GetFileName(folder))];
        RemoveLocksOfNothing();
        Make(0);
        return gone;
    }

    /// <summary>Moves a folder away and deletes it: under its own name it is either complete or missing.</summary>
    internal static void Remove(string folder) => WorkFolders.Delete(MoveAway(folder));

    private static string MoveAway(string folder)
    {
        string gone = $"{folder}.{Path.GetRandomFileName()}{CachedFolder.Gone}";
        Directory.Move(folder, gone);
        return gone;
    }

    private static bool TryRemove(string folder)
    {
        string? gone = null;
        using (var alone = FileUse.TryAlone(CachedFolder.UseOf(folder)))
        {
            if (alone is null)
            {
                return false;
            }

            // Another process may have removed it since the listing.
            gone = Directory.Exists(folder) ? MoveAway(folder) : null;
            RemoveLocks(folder, alone);
        }

        // Waiting processes need not wait for the deletion.
        if (gone is not null)
        {
            WorkFolders.Delete(gone);
        }

        return true;
    }

    // No other process holds or awaits the other locks, since each of those holds the use lock. That one goes last.
    private static void RemoveLocks(string folder, FileUse alone)
    {
        foreach (string ending in CachedFolder.Locks.Skip(1))
        {
            File.Delete(folder + ending);
        }

        alone.RemoveFile();
    }

    private static List<string> Old(IEnumerable<string> folders, DateTimeOffset before) =>
        [.. folders.Where(folder => Directory.GetLastWriteTimeUtc(folder) < before.UtcDateTime)];

    private static long SizeOf(string folder)
    {
        try
        {
            return new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length);
        }
        catch (Exception gone) when (gone is DirectoryNotFoundException or FileNotFoundException)
        {
            // Another process is removing it.
            return 0;
        }
    }

    private static bool IsName(string name) =>
        name.Length >= ShortestName && name.All(letter => char.IsAsciiHexDigitLower(letter) || letter == '-');

    // The folder that a lock file belongs to; null for any other file.
    private static string? NameOf(string file) => CachedFolder.Locks
        .Where(ending => file.EndsWith(ending, StringComparison.Ordinal))
        .Select(ending => file[..^ending.Length])
        .FirstOrDefault(IsName);

    private IEnumerable<string> Folders() => Directory.EnumerateDirectories(root).Where(folder => IsName(Path.GetFileName(folder)));

    private void RemoveGone()
    {
        foreach (string gone in Directory.GetDirectories(root, $"*{CachedFolder.Gone}"))
        {
            WorkFolders.Delete(gone);
        }
    }

    private void RemoveLocksOfNothing()
    {
        var ofNothing = Directory.EnumerateFiles(root)
            .Select(file => NameOf(Path.GetFileName(file)))
            .OfType<string>()
            .Select(name => Path.Combine(root, name))
            .Where(folder => !Directory.Exists(folder) && !Directory.Exists(CachedFolder.PartOf(folder)))
            .Distinct(StringComparer.Ordinal)
            .ToArray();
        foreach (string folder in ofNothing)
        {
            using var alone = FileUse.TryAlone(CachedFolder.UseOf(folder));
            if (alone is not null && !Directory.Exists(folder))
            {
                RemoveLocks(folder, alone);
            }
        }
    }
}
