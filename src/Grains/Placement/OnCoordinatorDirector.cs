using System.Security.Cryptography;
using Orleans.Runtime.Placement;

namespace Cluster.Grains.Placement;

/// <summary>Places <see cref="OnCoordinator"/> by the names of the cluster's members, on each of them as often.</summary>
internal sealed class OnCoordinatorDirector(ISiloStatusOracle members) : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context)
    {
        var coordinators = Among(
            context.GetCompatibleSilos(target), silo => members.TryGetSiloName(silo, out var name) ? name : null);
        return Task.FromResult(coordinators[RandomNumberGenerator.GetInt32(coordinators.Length)]);
    }

    /// <summary>Those of the silos that coordinate, by their names.</summary>
    /// <exception cref="SiloUnavailableException">None does.</exception>
    internal static T[] Among<T>(T[] silos, Func<T, string?> nameOf)
    {
        var coordinators = Array.FindAll(silos, silo => SiloNames.IsCoordinator(nameOf(silo)));
        return coordinators.Length > 0 ? coordinators : throw new SiloUnavailableException(
            $"None of the cluster's {silos.Length} silos coordinates jobs: start one with --roles coordinator.");
    }
}
