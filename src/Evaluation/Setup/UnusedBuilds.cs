namespace Cluster.Evaluation.Setup;

/// <summary>Removes what earlier builds left in a folder of shared results; their results are of no use to any other build.</summary>
internal static class UnusedBuilds
{
    /// <summary>
    /// Says that a build's folder is in use, and removes its neighbours that nobody has used since a moment. A program that
    /// still runs on a folder that was removed makes it anew and measures again.
    /// </summary>
    /// <param name="root">The folder of all builds.</param>
    /// <param name="prefix">What the names of builds' folders begin with; nothing else is touched.</param>
    /// <param name="own">The folder in use.</param>
    /// <param name="since">Folders that were used after this moment (UTC) stay.</param>
    /// <param name="problem">Told why a folder could not be removed, or its use not noted.</param>
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
