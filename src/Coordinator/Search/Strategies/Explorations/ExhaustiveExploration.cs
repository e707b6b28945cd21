using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// Every plan that leaves each group in FP32 or quantizes it as the start does, on all images, in rounds of equal size, fastest predicted
/// first. For networks of a few groups: the optimum that others are compared with.
/// </summary>
internal sealed class ExhaustiveExploration(SearchMemory memory, Rounds rounds) : IExploration
{
    private const int MostGroups = 12;
    private const int PerRound = 64;

    /// <inheritdoc/>
    public int Most(Plan start) => start.QuantizedCount <= MostGroups ? 1 << start.QuantizedCount : 0;

    /// <exception cref="JobException">The network has too many groups.</exception>
    public IEnumerable<ProposedRound> Explore(Plan start)
    {
        var space = new DecisionSpace(memory, start);
        var free = Enumerable.Range(0, space.Count).Where(space.MayQuantize).ToArray();
        if (free.Length > MostGroups)
        {
            throw new JobImpossibleException(
                $"The network has {free.Length} groups where --strategy exhaustive takes at most {MostGroups}: choose greedy or anneal, or "
                + "fewer groups with --only.");
        }

        var plans = Enumerable.Range(0, 1 << free.Length)
            .Select(mask => start.With(free.Where((_, bit) => (mask >> bit & 1) == 0), GroupDecision.Baseline))
            .OrderBy(plan => PlanPrice.Of(memory, plan))
            .ThenBy(plan => plan, memory.Simplest)
            .ToArray();
        foreach (var chunk in plans.Chunk(PerRound))
        {
            foreach (var round in rounds.Of(
                "every plan", chunk.Select(plan => memory.AccuracyOf(plan, ImageScope.Full)).Take(memory.BudgetLeft), plans.Length))
            {
                yield return round;
            }
        }
    }
}
