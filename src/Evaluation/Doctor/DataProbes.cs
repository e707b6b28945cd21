using Cluster.DataSpecs.Names;

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

    /// <summary>CLUSTER_SHARED_DATA, else shared/data next to any folder above the program.</summary>
    internal static string? Find() => DataRoots.Shared() is { } folder && Directory.Exists(folder) ? folder : null;
}
