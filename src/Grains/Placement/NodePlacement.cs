using Cluster.Grains.Ports;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Configuration;
using Orleans.Hosting;

namespace Cluster.Grains.Placement;

/// <summary>Has silos carry their node's id as their name, by which <see cref="OnItsNodeDirector"/> and
/// <see cref="OnCoordinatorDirector"/> find them.</summary>
internal static class NodePlacement
{
    public static void Add(IServiceCollection services)
    {
        services.AddOptions<SiloOptions>().Configure<INodeHost>((silo, node) => silo.SiloName = node.Id);
        services.AddPlacementDirector<OnItsNode, OnItsNodeDirector>();
        services.AddPlacementDirector<OnCoordinator, OnCoordinatorDirector>();
    }
}
