using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;
using Orleans.Runtime.Placement;

namespace Orleans.Hosting;

/// <summary>Strategies of one's own.</summary>
public static class PlacementStrategyExtensions
{
    /// <summary>Accepted: there is one silo to place on.</summary>
    public static void AddPlacementDirector<TPlacementStrategy, TPlacementDirector>(this IServiceCollection services)
        where TPlacementStrategy : PlacementStrategy, new()
        where TPlacementDirector : class, IPlacementDirector => services.AddTransient<TPlacementStrategy>();
}
