namespace Cluster.Storage.Files;

/// <summary>
/// Writes whole files atomically: to a temporary file next to the target, flushed, renamed, and the folder flushed. A reader, even after a
/// crash or a power loss, finds the old file or the new one, never a half one.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file with only one writing process at a time. A temporary file left by a killed process is overwritten.</summary>
    /// <exception cref="IOException">It cannot be written; the old file is unchanged.</exception>
    public static void Write(string path, byte[] bytes) => Write(path, to => to.Write(bytes));

    /// <summary>Writes a file part by part; see <see cref="Write(string, byte[])"/>.</summary>
    /// <exception cref="IOException">It cannot be written; the old file is unchanged.</exception>
    public static void Write(string path, Action<Stream> write) => Write(path, write, path + ".part", mode: null, overwrite: true);

    /// <summary>Writes text as UTF-8 without a byte order mark; see <see cref="Write(string, byte[])"/>.</summary>
    /// <exception cref="IOException">It cannot be written; the old file is unchanged.</exception>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file that other processes may write at the same time: one of them wins.</summary>
    /// <exception cref="IOException">It cannot be written; the old file is unchanged.</exception>
    public static void WriteAmongOthers(string path, byte[] bytes) =>
        Write(path, to => to.Write(bytes), Beside(path), mode: null, overwrite: true);

    /// <summary>Writes a file that only its owner may read, unless it exists: the first of several writers wins.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void CreatePrivate(string path, byte[] bytes)
    {
        try
        {
            Write(path, to => to.Write(bytes), Beside(path), UnixFileMode.UserRead | UnixFileMode.UserWrite, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another writer was first, and its file stays.
        }
    }

    /// <summary>Moves a complete, flushed file to its place in an existing folder.</summary>
    internal static void Place(string part, string path, bool overwrite = true)
    {
        File.Move(part, path, overwrite);
        DurableFolder.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>A unique path next to a file.</summary>
    internal static string Beside(string path) => $"{path}.{Path.GetRandomFileName()}.part";

    private static void Write(string path, Action<Stream> write, string part, UnixFileMode? mode, bool overwrite)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (mode is not null && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        try
        {
            using (var file = new FileStream(part, options))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            Place(part, path, overwrite);
        }
        catch
        {
            File.Delete(part);
            throw;
        }
    }
}
