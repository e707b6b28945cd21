namespace Cluster.Evaluation.Setup;

/// <summary>
/// Results that jobs share in a folder. Each build of the computing code has its own folder in it: version numbers change only with a
/// release, and two builds may use one folder at the same time.
/// </summary>
public static class SharedResults
{
    private const int NameBytes = 8;
    private const string Prefix = "build-";

    /// <summary>How long a build's results are kept after a program of that build last opened them.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    /// <summary>The folder of this build, below the given root.</summary>
    public static string FolderIn(string root) => FolderIn(root, KernelBuild.Digest, typeof(SharedResults).Module.ModuleVersionId);

    /// <summary>
    /// The results of this build, below the given root. Results of builds not used for longer than <see cref="Kept"/> are removed.
    /// </summary>
    /// <param name="root">The folder.</param>
    /// <param name="unwritten">Receives the reason if a result could not be stored, or a folder not removed.</param>
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
