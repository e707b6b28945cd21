using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Plans;

namespace Cluster.Bench.Strategies.Comparison;

/// <summary>
/// Every plan that leaves each group in FP32 or gives it one of the offered formats, calibrated as in the start, on all images, in rounds
/// of equal size, fastest predicted first. For networks of a few groups: the optimum that others are compared with.
/// </summary>
internal sealed class ExhaustiveExploration(SearchMemory memory, Rounds rounds) : IExploration
{
    private const int MostPlans = 1 << 12;
    private const int PerRound = 64;

    /// <inheritdoc/>
    public int Most(Plan start) => start.QuantizedCount <= MostGroups ? Plans(start.QuantizedCount) : 0;

    private int MostGroups => Enumerable.Range(1, MostPlans).First(groups => Math.Pow(memory.Formats.Count, groups + 1) > MostPlans);

    /// <exception cref="JobException">The network has too many groups.</exception>
    public IEnumerable<ProposedRound> Explore(Plan start)
    {
        var space = new DecisionSpace(memory, start);
        var free = Enumerable.Range(0, space.Count).Where(space.MayQuantize).ToArray();
        if (free.Length > MostGroups)
        {
            throw new JobImpossibleException($"The network has {free.Length} groups where at most {MostGroups} are looked at.");
        }

        var plans = Enumerable.Range(0, Plans(free.Length))
            .Select(number => Plan(start, free, number))
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

    private int Plans(int groups) => (int)Math.Pow(memory.Formats.Count, groups);

    // The digits of the number, to the base of how many formats there are, are the free groups' formats.
    private Plan Plan(Plan start, int[] free, int number)
    {
        var decisions = start.Groups.ToArray();
        foreach (var group in free)
        {
            (number, var format) = Math.DivRem(number, memory.Formats.Count);
            decisions[group] = memory.Repairs.In(decisions[group], group, memory.Formats.All[format]);
        }

        return new Plan(start.Target, decisions);
    }
}
