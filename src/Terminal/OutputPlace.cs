namespace Cluster.Terminal;

/// <summary>Where a command writes, judged before any work; the remote commands have the same.</summary>
public static class OutputPlace
{
    /// <summary>Refuses to replace a file that nobody said may be replaced.</summary>
    /// <exception cref="UsageException">The file exists.</exception>
    public static void RequireNew(string file, bool force)
    {
        if (!force && File.Exists(file))
        {
            throw new UsageException($"the output '{file}' exists already; give another name, or --force to replace it.");
        }
    }

    /// <summary>Makes the folder of a file, and says so where it was not there.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be made or written to; the message is a sentence.</exception>
    public static void PrepareFile(string file, Action<string> say)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        RequireWritable(folder);
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            say($"made the folder {folder}");
        }
    }

    /// <summary>Tries whether a folder, or the one that it would be made in, can be written to; leaves nothing behind.</summary>
    /// <exception cref="IOException">A file is in the way; the message is a sentence.</exception>
    /// <exception cref="UnauthorizedAccessException">It cannot be written to; the message is a sentence.</exception>
    public static void RequireWritable(string folder)
    {
        string existing = Path.GetFullPath(folder);
        while (!Path.Exists(existing) && Path.GetDirectoryName(existing) is { } parent)
        {
            existing = parent;
        }

        if (File.Exists(existing))
        {
            throw new IOException($"the output folder {folder} cannot be made: {existing} is a file; give another --output.");
        }

        try
        {
            string probe = Path.Combine(existing, $".cluster-{Guid.NewGuid():N}");
            using var file = new FileStream(
                probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnauthorizedAccessException(
                $"the output folder {folder} cannot be written to ({Reason(existing, failure)}); give another --output, or the "
                + "right to write there.",
                failure);
        }
    }

    // Of a file system that takes no files, as /proc, the exception says that something was not found.
    private static string Reason(string existing, Exception failure) =>
        failure is FileNotFoundException or DirectoryNotFoundException ? $"{existing} takes no files"
        : failure is UnauthorizedAccessException ? $"no right to write in {existing}"
        : failure.Message.TrimEnd('.');
}
