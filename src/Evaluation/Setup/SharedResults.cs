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
    private const string Prefix = "build-";

    /// <summary>How long the results of a build stay after a program of that build last opened them.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>The folder of this build, below one that was named.</summary>
    public static string FolderIn(string root) => FolderIn(root, KernelBuild.Digest, typeof(SharedResults).Module.ModuleVersionId);

    /// <summary>
    /// The results that this build made, below a folder that was named. Those of builds that nobody has used for longer than
    /// <see cref="Kept"/> are removed.
    /// </summary>
    /// <param name="root">The folder.</param>
    /// <param name="unwritten">Told why a result could not be stored, or a folder not removed.</param>
    public static FolderEvaluationCache In(string root, Action<string>? unwritten = null)
    {
        var own = FolderIn(root);
        var cache = new FolderEvaluationCache(own, unwritten);
        UnusedBuilds.Collect(root, Prefix, own, DateTime.UtcNow - Kept, unwritten);
        return cache;
    }

    internal static string FolderIn(string root, ReadOnlySpan<byte> kernels, Guid measures)
    {
        byte[] digest = SHA256.HashData([.. kernels, .. measures.ToByteArray()]);
        return Path.Combine(root, Prefix + Convert.ToHexStringLower(digest.AsSpan(0, NameBytes)));
    }
}
