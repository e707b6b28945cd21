namespace Cluster.Evaluation.Nodes;

/// <summary>
/// A folder for files that only its process needs, and deletes once they are stored elsewhere. A killed process's folder is recognised by
/// its lock, which the system released with the process: <see cref="Collect"/> deletes it. Several processes may share the root.
/// </summary>
public sealed class TemporaryFolder : IDisposable
{
    private const string Mark = "publish-";
    private const string Use = ".use";

    private readonly FileUse _use;

    private TemporaryFolder(string path, FileUse use) => (Path, _use) = (path, use);

    /// <summary>The folder, which exists.</summary>
    public string Path { get; }

    /// <summary>Creates a folder with a new name, locked before it exists.</summary>
    /// <param name="root">The parent, which is created too.</param>
    /// <exception cref="IOException">It cannot be created.</exception>
    public static TemporaryFolder Make(string root)
    {
        Directory.CreateDirectory(root);
        string path = System.IO.Path.Combine(root, Mark + System.IO.Path.GetRandomFileName());
        var made = new TemporaryFolder(path, FileUse.Begin(path + Use));
        try
        {
            Directory.CreateDirectory(path);
        }
        catch
        {
            made.Dispose();
            throw;
        }

        return made;
    }

    /// <summary>Deletes the folders that no living process holds, and their locks.</summary>
    /// <param name="root">The parent of the folders; it need not exist.</param>
    /// <returns>Their names.</returns>
    /// <exception cref="IOException">One cannot be deleted.</exception>
    public static IReadOnlyList<string> Collect(string root)
    {
        if (!Directory.Exists(root))
        {
            return [];
        }

        var gone = new List<string>();
        foreach (string path in Directory.GetFiles(root, $"{Mark}*{Use}").Select(use => use[..^Use.Length]))
        {
            if (FileUse.TryAlone(path + Use) is { } alone)
            {
                gone.AddRange(Delete(path));
                alone.RemoveFile();
                alone.Dispose();
            }
        }

        return gone;
    }

    /// <summary>Deletes the folder with its contents.</summary>
    public void Dispose()
    {
        using (_use)
        {
            Delete(Path);
            _use.RemoveFile();
        }
    }

    // The folder does not exist if a process was killed before creating it, or after deleting it.
    private static string[] Delete(string path)
    {
        if (!Directory.Exists(path))
        {
            return [];
        }

        Directory.Delete(path, recursive: true);
        return [System.IO.Path.GetFileName(path)];
    }
}
