using Cluster.Plans;
using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Nodes.Data;

/// <summary>
/// A folder of a node's cache that stays where it is until this is disposed of, or its process ends. Nothing is made in one or of it
/// without this, so that whoever has the folder alone may remove all that belongs to it.
/// </summary>
internal sealed class CachedFolder : IDisposable
{
    /// <summary>How the name of what is being made ends.</summary>
    public const string Part = ".part";

    /// <summary>How the name of what is being removed ends.</summary>
    public const string Gone = ".gone";

    /// <summary>How the names of the files end that belong to a folder: whether it is in use, and who makes it.</summary>
    public static readonly string[] Locks = [".use", ".lock", ".lock.gate"];

    private readonly FileUse _use;

    private CachedFolder(string path, FileUse use) => (Path, _use) = (path, use);

    /// <summary>The folder, whether or not it is there.</summary>
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
            // When it was last used is what the folder itself says.
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

    /// <summary>The file that says whether a folder is in use.</summary>
    public static string UseOf(string folder) => folder + Locks[0];

    /// <summary>The file whose lock makes a folder.</summary>
    public static string LockOf(string folder) => folder + Locks[1];

    /// <summary>What is being made.</summary>
    public static string PartOf(string folder) => folder + Part;
}
