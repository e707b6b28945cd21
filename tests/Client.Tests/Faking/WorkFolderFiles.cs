using System.Text;
using Cluster.Tests;

namespace Cluster.Client.Tests.Faking;

internal static class WorkFolderFiles
{
    /// <summary>Writes a file and the folders above it.</summary>
    public static string Write(this WorkFolder folder, string name, byte[] bytes)
    {
        string path = folder[name];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public static string Write(this WorkFolder folder, string name, string text) => folder.Write(name, Encoding.UTF8.GetBytes(text));
}
