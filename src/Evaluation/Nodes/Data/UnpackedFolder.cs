using Cluster.Storage.Locks;

namespace Cluster.Evaluation.Nodes.Data;

/// <summary>The files of a tar, which stay where they are until this is disposed of, or its process ends.</summary>
internal sealed class UnpackedFolder(string path, FileUse use) : IDisposable
{
    /// <summary>How the name of what is being unpacked ends.</summary>
    public const string Part = ".part";

    /// <summary>How the name of what is being removed ends.</summary>
    public const string Gone = ".gone";

    /// <summary>The folder that they are in.</summary>
    public string Path => path;

    public void Dispose() => use.Dispose();

    /// <summary>The file that says whether a folder of unpacked data is in use.</summary>
    public static string UseOf(string folder) => $"{folder}.use";

    /// <summary>The file whose lock unpacks into a folder.</summary>
    public static string LockOf(string folder) => $"{folder}.lock";

    /// <summary>What is being unpacked.</summary>
    public static string PartOf(string folder) => folder + Part;
}
