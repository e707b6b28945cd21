using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;

namespace Cluster.Bench.Strategies.Comparison;

/// <summary>Makes the strategies of <see cref="ComparisonStrategy"/>.</summary>
internal static class ComparisonStrategies
{
    /// <summary>A strategy for one job.</summary>
    public static ISearchStrategy Of(ComparisonStrategy strategy) => SearchStrategies.Exploring(
        (memory, rounds, _) => strategy switch
        {
            ComparisonStrategy.Evolutionary => new EvolutionaryExploration(memory, new EvolutionaryOptions(), rounds),
            ComparisonStrategy.Random => new RandomExploration(memory, rounds),
            _ => new ExhaustiveExploration(memory, rounds),
        });
}
