using System.Security.Cryptography;
using Cluster.Kernels.Tensors;
using Cluster.Storage.Files;

namespace Cluster.Evaluation.Setup;

/// <summary>
/// Results that jobs share in a folder. Each build of what computes them has a folder of its own below it: versions have the same number
/// from one release to the next, and two builds may use one folder at the same time.
/// </summary>
public static class SharedResults
{
    private const int NameBytes = 8;

    /// <summary>The folder of this build, below one that was named.</summary>
    public static string FolderIn(string root) => FolderIn(root, KernelBuild.Digest, typeof(SharedResults).Module.ModuleVersionId);

    /// <summary>The results that this build made, below a folder that was named.</summary>
    /// <param name="root">The folder.</param>
    /// <param name="unwritten">Told why a result could not be stored.</param>
    public static FolderEvaluationCache In(string root, Action<string>? unwritten = null) => new(FolderIn(root), unwritten);

    internal static string FolderIn(string root, ReadOnlySpan<byte> kernels, Guid measures)
    {
        byte[] digest = SHA256.HashData([.. kernels, .. measures.ToByteArray()]);
        return Path.Combine(root, "build-" + Convert.ToHexStringLower(digest.AsSpan(0, NameBytes)));
    }
}
