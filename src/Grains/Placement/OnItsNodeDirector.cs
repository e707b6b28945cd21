using Cluster.Grains.Contracts;
using Orleans.Runtime.Placement;

namespace Cluster.Grains.Placement;

/// <summary>Places <see cref="OnItsNode"/> by what this silo knows of the cluster's members.</summary>
internal sealed class OnItsNodeDirector(ISiloStatusOracle members) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var node = NodeKey.NodeOf(target.GrainIdentity.Key.ToString()!);
        var silos = context.GetCompatibleSilos(target);
        var there = Array.Find(
            silos, silo => members.TryGetSiloName(silo, out var name) && string.Equals(name, node, StringComparison.Ordinal));

        // An activation anywhere else says that the node is gone.
        return Task.FromResult(there ?? (silos.Contains(context.LocalSilo) ? context.LocalSilo : silos[0]));
    }
}
