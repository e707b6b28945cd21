namespace Cluster.Evaluation.Doctor;

/// <summary>Real networks and images for the demo and the tests; not part of the repository.</summary>
internal static class DataProbes
{
    public static IEnumerable<Finding> All()
    {
        yield return Find() is { } folder
            ? Finding.Ok("shared data", folder)
            : Finding.Ok("shared data", "no ../shared/data here: the demo uses its generated sample, tests on real networks are skipped");
    }

    /// <summary>CLUSTER_SHARED_DATA, else shared/data beside any folder above the program.</summary>
    internal static string? Find()
    {
        if (Environment.GetEnvironmentVariable("CLUSTER_SHARED_DATA") is { Length: > 0 } named)
        {
            return Directory.Exists(named) ? named : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }
}
