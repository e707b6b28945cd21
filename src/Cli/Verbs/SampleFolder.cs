using Cluster.Plans;

namespace Cluster.Cli.Verbs;

/// <summary>The repository's `samples` folder.</summary>
internal static class SampleFolder
{
    /// <exception cref="JobException">The program does not run from a checkout.</exception>
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
