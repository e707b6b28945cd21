using System.Text;

namespace Cluster.Tests;

/// <summary>A folder that a test works in; gone with it.</summary>
public sealed class WorkFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("cluster-test-");

    /// <summary>The folder's full path.</summary>
    public string Root => _folder.FullName;

    /// <summary>The full path of a file or folder in it, there or not.</summary>
    public string this[string name] => Path.Combine(Root, name);

    /// <summary>Writes a file, and makes the folders above it.</summary>
    /// <returns>Its full path.</returns>
    public string Write(string name, byte[] content)
    {
        string path = this[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <inheritdoc cref="Write(string, byte[])"/>
    public string Write(string name, string content) => Write(name, Encoding.UTF8.GetBytes(content));

    public void Dispose() => _folder.Delete(recursive: true);
}
