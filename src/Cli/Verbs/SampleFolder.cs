using Cluster.Plans;

namespace Cluster.Cli.Verbs;

/// <summary>Files of the demo, in the checkout that the program was built in.</summary>
internal static class SampleFolder
{
    /// <summary>Path of a file below <c>samples</c>, relative to the current folder.</summary>
    /// <exception cref="JobException">There is none.</exception>
    public static string File(string name) => Above(Path.Combine("samples", name), System.IO.File.Exists) ?? throw new JobException(
        $"There is no samples/{name} above {AppContext.BaseDirectory}: run the demo from a checkout of the repository.");

    /// <summary>What lies in a folder above the program, relative to the current folder; null if nothing is there.</summary>
    public static string? Above(string name, Func<string, bool> isThere)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, name);
            if (isThere(candidate))
            {
                return Path.GetRelativePath(Environment.CurrentDirectory, candidate);
            }
        }

        return null;
    }
}
