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

/// <summary>Removes folders of earlier builds from a folder of shared results; no other build can use them.</summary>
internal static class UnusedBuilds
{
    /// <summary>
    /// Marks a build's folder as used, and removes its neighbours that were not used since a moment. A program that still runs on a removed
    /// folder creates it again and repeats its measurements.
    /// </summary>
    /// <param name="root">The folder of all builds.</param>
    /// <param name="prefix">Prefix of the builds' folders; nothing else is touched.</param>
    /// <param name="own">The folder in use.</param>
    /// <param name="since">Folders that were used after this moment (UTC) stay.</param>
    /// <param name="problem">Receives the reason if a folder could not be removed, or its use not recorded.</param>
    public static void Collect(string root, string prefix, string own, DateTime since, Action<string>? problem)
    {
        Try(own, () => Directory.SetLastWriteTimeUtc(own, DateTime.UtcNow), problem);
        foreach (var build in Directory.GetDirectories(root, prefix + "*"))
        {
            if (!string.Equals(Path.GetFileName(build), Path.GetFileName(own), StringComparison.Ordinal))
            {
                Try(build, () => Remove(build, since), problem);
            }
        }
    }

    // Opening marks the folder, storing a result marks one of the at most 256 folders in it.
    private static void Remove(string build, DateTime since)
    {
        if (Directory.EnumerateDirectories(build).Append(build).Max(Directory.GetLastWriteTimeUtc) < since)
        {
            Directory.Delete(build, recursive: true);
        }
    }

    private static void Try(string build, Action change, Action<string>? problem)
    {
        try
        {
            change();
        }
        catch (DirectoryNotFoundException)
        {
            // Another program has just removed it.
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            problem?.Invoke($"{build} can be neither marked as in use nor removed: {refused.Message}");
        }
    }
}
