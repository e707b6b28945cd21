namespace Cluster.Tests;

/// <summary>Finds the real models and data, which are not part of the repository.</summary>
public static class SharedData
{
    /// <summary>
    /// The folder, or null where there is none: CLUSTER_SHARED_DATA, else shared/data beside any ancestor of the test
    /// binary.
    /// </summary>
    public static string? Root { get; } = Find();

    /// <returns>The full path of a file or folder below <see cref="Root"/>; skips the test where it is absent.</returns>
    public static string Require(string relative)
    {
        string? path = Root is null ? null : Path.Combine(Root, relative);
        if (path is null || !Path.Exists(path))
        {
            Assert.Skip($"The shared data has no '{relative}' here; set CLUSTER_SHARED_DATA to the folder that holds it.");
        }

        return path!;
    }

    private static string? Find()
    {
        string? named = Environment.GetEnvironmentVariable("CLUSTER_SHARED_DATA");
        if (!string.IsNullOrEmpty(named))
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
