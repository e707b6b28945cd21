using Microsoft.Extensions.DependencyInjection;

namespace Cluster.Grains.Placement;

/// <summary>The stand-in has one silo: everything is placed on it.</summary>
internal static class NodePlacement
{
    public static void Add(IServiceCollection services)
    {
        // There is nothing to choose.
    }
}
