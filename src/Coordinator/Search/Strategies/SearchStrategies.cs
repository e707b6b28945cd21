using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>The strategies by name.</summary>
public static class SearchStrategies
{
    /// <summary>A job's strategy, as chosen by its options.</summary>
    public static ISearchStrategy Of(JobOptions options) =>
        Exploring((memory, rounds) => Exploration(memory, options, rounds));

    /// <summary>A strategy with the given exploration.</summary>
    internal static ISearchStrategy Exploring(Func<SearchMemory, Rounds, IExploration> exploration) =>
        new ReplayedStrategy(memory =>
        {
            var rounds = new Rounds(memory);
            return new SearchProgram(memory, rounds, exploration(memory, rounds));
        });

    private static IExploration Exploration(SearchMemory memory, JobOptions options, Rounds rounds) =>
        (options.Strategy ?? StrategyKind.Knapsack) switch
        {
            StrategyKind.Greedy => Greedy(memory, options, rounds),
            StrategyKind.Anneal => new AnnealExploration(
                memory,
                new AnnealOptions { Schedule = options.AnnealSchedule ?? TemperatureSchedule.Exponential },
                rounds,
                Greedy(memory, options, rounds)),
            StrategyKind.Knapsack => Knapsack(memory, options, rounds),
            StrategyKind.Ladder => new LadderExploration(memory, new StagedEvaluation(memory, rounds)),
            var other => throw new JobException($"The strategy {other} is unknown: choose one of those that --help lists."),
        };

    // The same idea for each goal: the group with the highest loss per cost gets a finer format first.
    private static IExploration Greedy(SearchMemory memory, JobOptions options, Rounds rounds) =>
        options.Aim switch
        {
            SearchGoal.Accurate => new BudgetExploration(memory, rounds),
            SearchGoal.Front => Front(memory, rounds),
            _ => new GreedyExploration(memory, new StagedEvaluation(memory, rounds), rounds),
        };

    private static IExploration Knapsack(SearchMemory memory, JobOptions options, Rounds rounds) =>
        options.Aim == SearchGoal.Front
            ? Front(memory, rounds)
            : new KnapsackExploration(memory, new StagedEvaluation(memory, rounds), rounds);

    // The plans solved for on the way to the winner are on the front, too.
    private static FrontExploration Front(SearchMemory memory, Rounds rounds) =>
        new(memory, rounds, new KnapsackExploration(memory, new StagedEvaluation(memory, rounds), rounds));
}
