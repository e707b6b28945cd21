using Cluster.Plans;

namespace Cluster.Cli.Verbs;

/// <summary>
/// The folder of real networks and images that may exist next to a checkout as `shared/data`; never part of the repository.
/// </summary>
internal static class SharedFolder
{
    public static string? Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(Path.Combine(candidate, "models")))
            {
                return Path.GetRelativePath(Environment.CurrentDirectory, candidate);
            }
        }

        return null;
    }

    public static JobException Missing() =>
        new("There is no folder shared/data beside this checkout, which this sample reads its network and images from: take "
            + "--sample glyphs, which needs nothing.");
}
