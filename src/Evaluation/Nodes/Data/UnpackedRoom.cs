using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Nodes.Data;

/// <summary>
/// Removes data that were unpacked on this node and that no process uses; whoever needs them again unpacks them again. Nothing is
/// remembered, so after a crash the folders are what counts, with what was left of those that were being made or removed. Any number
/// of processes may do it at a time.
/// </summary>
/// <param name="folders">The node's folders, with what unpacked data may take.</param>
public sealed class UnpackedRoom(NodeFolders folders)
{
    private const int DigestLength = 64;

    /// <summary>
    /// Removes what was not used for longest, until what is there, with what comes, is within <see cref="NodeFolders.UnpackedBytes"/>,
    /// as far as that can be: what is in use stays.
    /// </summary>
    /// <param name="coming">Bytes that are about to be written.</param>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    public void Make(long coming)
    {
        if (folders.UnpackedBytes == 0 || !Directory.Exists(folders.Data))
        {
            return;
        }

        RemoveGone();
        var unpacked = Unpacked().Select(folder => (Path: folder, Bytes: SizeOf(folder))).ToList();
        long excess = unpacked.Sum(folder => folder.Bytes) + coming - folders.UnpackedBytes;
        foreach (var (path, bytes) in unpacked.OrderBy(folder => Directory.GetLastWriteTimeUtc(folder.Path)))
        {
            if (excess <= 0)
            {
                break;
            }

            excess -= TryRemove(path) ? bytes : 0;
        }
    }

    /// <summary>Removes what was not used since a moment, what killed processes left by then, and what is above the limit.</summary>
    /// <returns>The digests of the tars whose files went for their age.</returns>
    /// <exception cref="IOException">Something cannot be removed.</exception>
    public IReadOnlyList<string> Tidy(DateTimeOffset before)
    {
        if (!Directory.Exists(folders.Data))
        {
            return [];
        }

        RemoveGone();
        foreach (var part in Old(Directory.EnumerateDirectories(folders.Data, $"*{UnpackedFolder.Part}"), before))
        {
            // Whoever still unpacks into it has the lock.
            using var alone = FileUse.TryAlone(UnpackedFolder.LockOf(part[..^UnpackedFolder.Part.Length]));
            if (alone is not null)
            {
                Delete(part);
            }
        }

        string[] gone = [.. Old(Unpacked(), before).Where(TryRemove).Select(folder => Path.GetFileName(folder))];
        Make(0);
        return gone;
    }

    /// <summary>Moves a folder out of the way and deletes it: under its own name it is there whole or not at all.</summary>
    internal static void Remove(string folder, FileUse? alone = null)
    {
        string gone = $"{folder}.{Path.GetRandomFileName()}{UnpackedFolder.Gone}";
        Directory.Move(folder, gone);
        // Those who wait for it need not wait for the deletion.
        alone?.Dispose();
        Delete(gone);
    }

    private static bool TryRemove(string folder)
    {
        using var alone = FileUse.TryAlone(UnpackedFolder.UseOf(folder));
        if (alone is null)
        {
            return false;
        }

        // Another process may have removed it since it was listed.
        if (Directory.Exists(folder))
        {
            Remove(folder, alone);
        }

        return true;
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
            // Another process removes it.
            return 0;
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // Another process has finished what this one began.
        }
    }

    private IEnumerable<string> Unpacked() => Directory.EnumerateDirectories(folders.Data).Where(
        folder => Path.GetFileName(folder) is { Length: DigestLength } name && name.All(char.IsAsciiHexDigitLower));

    private void RemoveGone()
    {
        foreach (string gone in Directory.GetDirectories(folders.Data, $"*{UnpackedFolder.Gone}"))
        {
            Delete(gone);
        }
    }
}
