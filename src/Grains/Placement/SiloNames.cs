using Cluster.Grains.Ports;

namespace Cluster.Grains.Placement;

/// <summary>
/// Names of silos: the id of the silo's node, which says by its ending that the silo does not coordinate. Members of a
/// cluster know each other's names and nothing else of each other.
/// </summary>
public static class SiloNames
{
    private const string WorkerOnly = ".worker";

    /// <summary>The id of a node whose silo has these roles.</summary>
    public static string Of(string id, SiloRoles roles) => roles.HasFlag(SiloRoles.Coordinator) ? id : id + WorkerOnly;

    /// <summary>Whether the silo of that name coordinates; one that has not said its name yet may.</summary>
    public static bool IsCoordinator(string? name) => name is null || !name.EndsWith(WorkerOnly, StringComparison.Ordinal);
}
