using Orleans.Runtime.Placement;

namespace Cluster.Grains.Placement;

/// <summary>The roles of silos, which they publish as metadata. A silo that has not published its roles yet may have any.</summary>
internal sealed class SiloRoleMetadata(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    private const string Key = "cluster.roles";

    /// <summary>The metadata of a silo with these roles.</summary>
    public static Dictionary<string, string> Of(SiloRoles roles) => new(StringComparer.Ordinal) { [Key] = $"{roles}" };

    /// <summary>The published roles of a silo; all, if not published yet.</summary>
    public static SiloRoles RolesOf(ISiloMetadataCache metadata, SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(Key, out string? told) && Enum.TryParse<SiloRoles>(told, out var roles)
            ? roles
            : SiloRoles.All;

    /// <inheritdoc/>
    /// <exception cref="SiloUnavailableException">No silo coordinates.</exception>
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        SiloAddress[] all = [.. silos];
        SiloAddress[] coordinators = [.. all.Where(silo => RolesOf(metadata, silo).HasFlag(SiloRoles.Coordinator))];
        return coordinators.Length > 0 ? coordinators : throw new SiloUnavailableException(
            $"None of the cluster's {all.Length} silos coordinates jobs: start one with --roles coordinator.");
    }
}
