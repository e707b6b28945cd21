namespace Cluster.Evaluation.Nodes.Data;

/// <summary>
/// A folder of a node's cache that stays until this is disposed of, or its process ends. Every process that makes or reads one holds this,
/// so the exclusive holder may remove all that belongs to the folder.
/// </summary>
internal sealed class CachedFolder : IDisposable
{
    /// <summary>Suffix of folders that are being made.</summary>
    public const string Part = ".part";

    /// <summary>Suffix of folders that are being removed.</summary>
    public const string Gone = ".gone";

    /// <summary>Suffixes of a folder's lock files: for its use, and for making it.</summary>
    public static readonly string[] Locks = [".use", ".lock", ".lock.gate"];

    private readonly FileUse _use;

    private CachedFolder(string path, FileUse use) => (Path, _use) = (path, use);

    /// <summary>The folder, which may not exist.</summary>
    public string Path { get; }

    /// <summary>Says that a folder is in use, and notes when where it is there.</summary>
    /// <param name="path">The folder; the one that it is in is made.</param>
    /// <exception cref="JobException">Its lock cannot be had.</exception>
    public static CachedFolder Use(string path)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        var use = FileUse.Begin(UseOf(path));
        try
        {
            // The folder's own time says when it was last used.
            if (Directory.Exists(path))
            {
                Directory.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            }

            return new CachedFolder(path, use);
        }
        catch
        {
            use.Dispose();
            throw;
        }
    }

    public void Dispose() => _use.Dispose();

    /// <summary>The file whose lock marks a folder as used.</summary>
    public static string UseOf(string folder) => folder + Locks[0];

    /// <summary>The file whose lock is held while making a folder.</summary>
    public static string LockOf(string folder) => folder + Locks[1];

    /// <summary>The path under which a folder is being made.</summary>
    public static string PartOf(string folder) => folder + Part;
}
