using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Coordinator.Search.Strategies.Explorations;

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
                new AnnealOptions(),
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

/// <summary>Constants of simulated annealing; they affect the winner, so none depends on the number of workers.</summary>
internal sealed record AnnealOptions
{
    /// <summary>
    /// Temperature before the first step, as a share of FP32's latency: about the effect of one group of a small network.
    /// </summary>
    public double Start { get; init; } = 0.03;

    /// <summary>Temperature of the last step: below what can be measured.</summary>
    public double End { get; init; } = 0.001;

    /// <summary>Steps for each group of the network.</summary>
    public int StepsPerGroup { get; init; } = 6;

    /// <summary>Fewest and most steps.</summary>
    public (int Least, int Most) Steps { get; init; } = (48, 600);

    /// <summary>Fewest and most neighbours that a round evaluates.</summary>
    public (int Least, int Most) Width { get; init; } = (4, 64);

    /// <summary>Steps without a better plan after which the walk returns to the best one.</summary>
    public int RestartAfter { get; init; } = 40;

    /// <summary>Plans of a round that are evaluated on all images.</summary>
    public int Confirmed { get; init; } = 2;

    /// <summary>Steps for a network: some for each group, within the fewest and the most.</summary>
    public int StepsFor(int groups) => Math.Clamp(StepsPerGroup * groups, Steps.Least, Steps.Most);

    /// <summary>The temperature of a step, which falls by the same factor each step (Kirkpatrick, Gelatt and Vecchi 1983).</summary>
    /// <param name="share">Steps done, this one included, of all: at 1 it is <see cref="End"/>.</param>
    public double Temperature(double share) => Start * Math.Pow(End / Start, share);

    /// <summary>The probability of taking a step that raises the energy (Metropolis and others 1953): 1 if it does not.</summary>
    /// <param name="rise">Of the energy, a share of FP32's latency.</param>
    /// <param name="share">As in <see cref="Temperature"/>.</param>
    public double Chance(double rise, double share) => rise <= 0 ? 1 : Math.Exp(-rise / Temperature(share));
}
