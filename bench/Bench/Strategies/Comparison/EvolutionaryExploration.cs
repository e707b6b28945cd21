using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Plans;

namespace Cluster.Bench.Strategies.Comparison;

/// <summary>
/// A (μ + λ) evolution: parents by tournament, uniform crossover, one move of mutation; the best of parents and children live on.
/// </summary>
internal sealed class EvolutionaryExploration(SearchMemory memory, EvolutionaryOptions options, Rounds rounds) : IExploration
{
    private readonly SplitMix64 _random = new((ulong)SplitMix64.Derive(memory.Spec.Options.Seed, "evolution"));

    /// <inheritdoc/>
    public int Most(Plan start) => options.Generations * (options.Population + options.Confirmed);

    public IEnumerable<ProposedRound> Explore(Plan start)
    {
        var scope = EvaluationSubset.Of(memory, options.LeastSubset);
        var energy = new PlanEnergy(memory, scope, start);
        var confirmation = new Confirmation(memory, energy, scope, rounds);
        var moves = new PlanMoves(new DecisionSpace(memory, start), _random);
        IReadOnlyList<Plan> population = [start];
        IReadOnlyList<Plan> children = [start, .. moves.Neighbours(start, options.Population - 1)];
        for (var generation = 0; generation < options.Generations && memory.BudgetLeft > 0 && children.Count > 0; generation++)
        {
            var left = (options.Generations - generation) * options.Population;
            foreach (var round in rounds.Of(
                "evolution: a generation", children.Select(plan => memory.AccuracyOf(plan, scope)).Take(memory.BudgetLeft), left))
            {
                yield return round;
            }

            population =
            [
                .. population.Concat(children)
                    .Distinct()
                    .Where(plan => energy.Of(plan) is not null)
                    .OrderBy(plan => energy.Of(plan))
                    .ThenBy(plan => plan, memory.Simplest)
                    .Take(options.Population),
            ];
            if (population.Count == 0)
            {
                yield break;
            }

            foreach (var round in confirmation.Of(population, options.Confirmed))
            {
                yield return round;
            }

            var parents = population;
            children =
            [
                .. Enumerable.Range(0, options.Population)
                    .Select(_ => moves.Neighbour(Cross(Parent(parents), Parent(parents))))
                    .OfType<Plan>()
                    .Distinct(),
            ];
        }
    }

    // The population is in the order of energy, so the lowest index of the drawn ones wins the tournament.
    private Plan Parent(IReadOnlyList<Plan> population) =>
        population[Enumerable.Range(0, options.Tournament).Min(_ => _random.Below(population.Count))];

    private Plan Cross(Plan x, Plan y) =>
        new(x.Target, [.. x.Groups.Select((decision, i) => _random.Below(2) == 0 ? decision : y.Groups[i])]);
}
