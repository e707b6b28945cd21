using Cluster.Grains.Ports;
using Orleans.Runtime.MembershipService.SiloMetadata;
using Orleans.Runtime.Placement;

namespace Cluster.Grains.Placement;

/// <summary>The roles of silos, which they tell each other as metadata. A silo that has not told its roles yet may have any.</summary>
internal sealed class SiloRoleMetadata(ISiloMetadataCache metadata) : IPlacementFilterDirector
{
    private const string Key = "cluster.roles";

    /// <summary>What a silo of these roles tells.</summary>
    public static Dictionary<string, string> Of(SiloRoles roles) => new(StringComparer.Ordinal) { [Key] = $"{roles}" };

    /// <summary>What a silo told; all, where it has not told yet.</summary>
    public static SiloRoles RolesOf(ISiloMetadataCache metadata, SiloAddress silo) =>
        metadata.GetSiloMetadata(silo).Metadata.TryGetValue(Key, out string? told) && Enum.TryParse<SiloRoles>(told, out var roles)
            ? roles
            : SiloRoles.All;

    /// <inheritdoc/>
    /// <exception cref="SiloUnavailableException">None coordinates.</exception>
    public IEnumerable<SiloAddress> Filter(PlacementFilterStrategy filterStrategy, PlacementTarget target, IEnumerable<SiloAddress> silos)
    {
        SiloAddress[] all = [.. silos];
        SiloAddress[] coordinators = [.. all.Where(silo => RolesOf(metadata, silo).HasFlag(SiloRoles.Coordinator))];
        return coordinators.Length > 0 ? coordinators : throw new SiloUnavailableException(
            $"None of the cluster's {all.Length} silos coordinates jobs: start one with --roles coordinator.");
    }
}
