using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Judgements;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Coordinator.Search.Strategies.Explorations;
using Cluster.Plans;

namespace Cluster.Bench.Scale;

/// <summary>
/// Plans drawn at random, looked at as annealing looks at its neighbours: as many as the budget of evaluations allows, without one as many
/// as annealing takes steps. Makes jobs as long as is asked for.
/// </summary>
internal sealed class RandomExploration(SearchMemory memory, Rounds rounds) : IExploration
{
    private const int PerRound = 16;
    private const int Confirmed = 2;

    /// <inheritdoc/>
    public int Most(Plan start) => (int)Math.Min(int.MaxValue, ((long)Steps(start) / PerRound + 1) * (PerRound + Confirmed));

    public IEnumerable<ProposedRound> Explore(Plan start)
    {
        var scope = EvaluationSubset.Of(memory);
        var random = new SplitMix64((ulong)SplitMix64.Derive(memory.Spec.Options.Seed, "random"));
        var space = new DecisionSpace(memory, start);
        var confirmation = new Confirmation(memory, new PlanEnergy(memory, scope, start), scope, rounds);
        var steps = Steps(start);
        for (var step = 0; step < steps && memory.BudgetLeft > 0; step += PerRound)
        {
            var plans = Enumerable.Range(0, PerRound).Select(_ => Any(space, start.Target, random)).Distinct().ToArray();
            foreach (var round in rounds.Of(
                "random plans", plans.Select(plan => memory.AccuracyOf(plan, scope)).Take(memory.BudgetLeft), steps - step))
            {
                yield return round;
            }

            foreach (var round in confirmation.Of(plans, Confirmed))
            {
                yield return round;
            }
        }
    }

    private static Plan Any(DecisionSpace space, string target, SplitMix64 random) =>
        new(target, [.. Enumerable.Range(0, space.Count).Select(group => space.Of(group)[random.Below(space.Of(group).Count)])]);

    private int Steps(Plan start)
    {
        if (memory.Spec.Options.BudgetEvaluations is not null)
        {
            return memory.BudgetLeft;
        }

        var defaults = new AnnealOptions();
        return Math.Clamp(defaults.StepsPerGroup * start.Groups.Count, defaults.Steps.Least, defaults.Steps.Most);
    }
}
