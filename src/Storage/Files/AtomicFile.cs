using System.Text;

namespace Cluster.Storage.Files;

/// <summary>
/// The one way in which a whole file is written: beside its place, flushed, moved there, and the folder flushed. Whoever
/// reads it, also after a crash or a loss of power, finds the old file or the new one, never half of one.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes a file that one process writes at a time. What a killed process left beside it is written over.</summary>
    /// <exception cref="IOException">It cannot be written; the old file is as it was.</exception>
    public static void Write(string path, byte[] bytes) => Write(path, bytes, path + ".part", mode: null, overwrite: true);

    /// <summary>Writes text as UTF-8 without a byte order mark; see <see cref="Write(string, byte[])"/>.</summary>
    /// <exception cref="IOException">It cannot be written; the old file is as it was.</exception>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <summary>Writes a file that others may write at the same time: one of them wins.</summary>
    /// <exception cref="IOException">It cannot be written; the old file is as it was.</exception>
    public static void WriteAmongOthers(string path, byte[] bytes) => Write(path, bytes, Beside(path), mode: null, overwrite: true);

    /// <summary>Writes a file that only its owner may read, unless it is there: of several writers the first one wins.</summary>
    /// <exception cref="IOException">It cannot be written.</exception>
    public static void CreatePrivate(string path, byte[] bytes)
    {
        try
        {
            Write(path, bytes, Beside(path), UnixFileMode.UserRead | UnixFileMode.UserWrite, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another writer was first; its file counts.
        }
    }

    /// <summary>Moves a file that is whole and flushed to its place, in a folder that is there.</summary>
    internal static void Place(string part, string path, bool overwrite = true)
    {
        File.Move(part, path, overwrite);
        DurableFolder.Flush(Path.GetDirectoryName(Path.GetFullPath(path))!);
    }

    /// <summary>A path of its own beside a file.</summary>
    internal static string Beside(string path) => $"{path}.{Path.GetRandomFileName()}.part";

    private static void Write(string path, byte[] bytes, string part, UnixFileMode? mode, bool overwrite)
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
                file.Write(bytes);
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
