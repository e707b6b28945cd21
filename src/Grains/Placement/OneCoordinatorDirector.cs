using System.IO.Hashing;
using System.Text;
using Orleans.Runtime.Placement;

namespace Cluster.Grains.Placement;

/// <summary>Finds the silo of <see cref="OneCoordinator"/>.</summary>
internal sealed class OneCoordinatorDirector : IPlacementDirector
{
    public Task<SiloAddress> OnAddActivation(PlacementStrategy strategy, PlacementTarget target, IPlacementContext context) =>
        Task.FromResult(context.GetCompatibleSilos(target).MaxBy(silo => Weight(target.GrainIdentity, silo))!);

    private static ulong Weight(GrainId grain, SiloAddress silo) =>
        XxHash64.HashToUInt64(Encoding.UTF8.GetBytes($"{grain}@{silo.ToParsableString()}"));
}
