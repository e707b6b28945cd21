namespace Cluster.Terminal;

/// <summary>Checks a command's output path, before any work.</summary>
public static class OutputPlace
{
    /// <summary>Throws if a file would be replaced without permission.</summary>
    /// <exception cref="UsageException">The file exists.</exception>
    public static void RequireNew(string file, bool force)
    {
        if (!force && File.Exists(file))
        {
            throw new UsageException($"the output '{file}' exists already; give another name, or --force to replace it.");
        }
    }

    /// <summary>Creates the folder of a file, and says so if it was missing.</summary>
    /// <exception cref="UnauthorizedAccessException">It cannot be created or written to; the message is a
    /// sentence.</exception>
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

    /// <summary>The same for a network's file that is made from another network.</summary>
    /// <exception cref="UsageException">It is a folder, the model itself, or exists.</exception>
    public static void RequireNewNetwork(string file, string model, string example, bool force)
    {
        if (Directory.Exists(file))
        {
            throw new UsageException($"the output '{file}' is a folder; give a file name such as {Path.Combine(file, example)}.");
        }

        if (Path.GetFullPath(file) == Path.GetFullPath(model))
        {
            throw new UsageException($"the output '{file}' is the model itself; give another name.");
        }

        RequireNew(file, force);
    }

    /// <summary>Tests whether a folder, or its nearest existing parent, is writable; leaves no files behind.</summary>
    /// <exception cref="UsageException">A file is in the way.</exception>
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
            throw new UsageException($"the output folder {folder} cannot be made: {existing} is a file; give another --output.");
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

    // A file system that accepts no files, such as /proc, reports that something was not found.
    private static string Reason(string existing, Exception failure) =>
        failure is FileNotFoundException or DirectoryNotFoundException ? $"{existing} takes no files"
        : failure is UnauthorizedAccessException ? $"no right to write in {existing}"
        : failure.Message.TrimEnd('.');
}
