using System.Diagnostics.CodeAnalysis;
using Orleans.GrainDirectory;
using Orleans.Runtime.GrainDirectory;
using Orleans.Runtime.Placement;

namespace Cluster.Grains.Placement;

/// <summary>
/// Finds grains whose keys say where they are (<see cref="GrantedNode"/>): director, directory, and the cache that Orleans asks before
/// both. None is registered: by Orleans' own directory, callers would ask the silo that has the key's part of it, which may hang.
/// </summary>
internal sealed class KeyDirectory(IClusterMembershipService members) : IPlacementDirector, IGrainDirectory, IGrainDirectoryCache
{
    public const string Name = "key";

    public IEnumerable<(GrainAddress ActivationAddress, int Version)> KeyValues => [];

    /// <summary>The silo of a node, as far as this one knows; null if there is none.</summary>
    public static SiloAddress? SiloOf(IClusterMembershipService members, string node) => members.CurrentSnapshot.Members.Values
        .FirstOrDefault(member => member.Status != SiloStatus.Dead && member.Name == node)?.SiloAddress;

    /// <inheritdoc/>
    /// <exception cref="SiloUnavailableException">No silo of the cluster has that name.</exception>
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        LookUp(target.GrainIdentity, out var found, out _)
            ? Task.FromResult(found.SiloAddress!)
            : throw new SiloUnavailableException($"No silo of the cluster has the name in the key of {target.GrainIdentity}.");

    /// <inheritdoc/>
    /// <remarks>Without it, each call would wait in a queue for the director.</remarks>
    public bool LookUp(GrainId key, [NotNullWhen(true)] out GrainAddress? result, out int version)
    {
        var silo = SiloOf(members, NodeKey.NodeOf(key.Key.ToString()!));
        (result, version) = (silo is null ? null : new GrainAddress { GrainId = key, SiloAddress = silo }, 0);
        return result is not null;
    }

    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(address);

    public Task Unregister(GrainAddress address) => Task.CompletedTask;

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult<GrainAddress?>(null);

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;

    public void AddOrUpdate(GrainAddress value, int version)
    {
        // The key says as much.
    }

    public bool Remove(GrainId key) => false;

    public bool Remove(GrainAddress key) => false;

    public void Clear()
    {
        // There is nothing.
    }
}
