using System.Text;

namespace Cluster.Storage.Files;

/// <summary>
/// Writes a file beside its destination and renames it: a reader sees the old file or the new one, never half of one.
/// </summary>
public static class AtomicFile
{
    /// <summary>Writes bytes.</summary>
    public static void Write(string path, byte[] bytes) => Write(path, part => File.WriteAllBytes(part, bytes));

    /// <summary>Writes text as UTF-8 without a byte order mark.</summary>
    public static void Write(string path, string text) => Write(path, Encoding.UTF8.GetBytes(text));

    /// <param name="write">Writes the whole file at the path that it is given.</param>
    public static void Write(string path, Action<string> write)
    {
        string part = path + ".part";
        write(part);
        File.Move(part, path, overwrite: true);
    }
}
