using Cluster.Plans;

namespace Cluster.Cli.Verbs;

/// <summary>Files of the demo, in the checkout that the program was built in.</summary>
internal static class SampleFolder
{
    /// <summary>Path of a file below <c>samples</c>, relative to the current folder.</summary>
    /// <exception cref="JobException">There is none.</exception>
    public static string File(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "samples", name);
            if (System.IO.File.Exists(candidate))
            {
                return Path.GetRelativePath(Environment.CurrentDirectory, candidate);
            }
        }

        throw new JobException(
            $"There is no samples/{name} above {AppContext.BaseDirectory}: run the demo from a checkout of the repository.");
    }
}
