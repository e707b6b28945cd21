using Cluster.Plans;

namespace Cluster.Cli.Verbs;

/// <summary>
/// The folder of real networks and images that may exist next to a checkout as `shared/data`; never part of the repository.
/// </summary>
internal static class SharedFolder
{
    public static string? Find() => SampleFolder.Above(
        Path.Combine("shared", "data"), folder => Directory.Exists(Path.Combine(folder, "models")));

    public static JobException Missing() =>
        new("There is no folder shared/data beside this checkout, which this sample reads its network and images from: take "
            + "--sample glyphs, which needs nothing.");
}
