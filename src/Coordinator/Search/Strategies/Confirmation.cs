namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Evaluates plans on all images that are promising on a subset: accurate enough as far as it can tell, and predicted faster than every
/// plan known to be.
/// </summary>
internal sealed class Confirmation(SearchMemory memory, PlanEnergy energy, ImageScope scope, Rounds rounds)
{
    /// <summary>The round that evaluates the best of some plans, at most <paramref name="count"/>; empty if none is promising.</summary>
    public IEnumerable<ProposedRound> Of(IEnumerable<Plan> plans, int count)
    {
        if (scope.IsFull)
        {
            return [];
        }

        var fastest = PlanPrice.LeastFeasible(memory);
        var least = memory.FullPlans.Where(memory.IsFeasible).Select(energy.Of).Min();
        var promising = plans
            .Where(plan => energy.Excess(plan) == 0 && memory.CanBeFeasible(plan, scope))
            .Where(plan => memory.Objective.IsMostAccurate ? !(energy.Of(plan) >= least) : PlanPrice.Of(memory, plan) < fastest)
            .Where(plan => !memory.Knows(memory.AccuracyOf(plan, ImageScope.Full)))
            .Distinct()
            .OrderBy(plan => PlanPrice.Of(memory, plan))
            .ThenBy(plan => plan, memory.Simplest)
            .Take(Math.Min(count, memory.BudgetLeft))
            .Select(plan => memory.AccuracyOf(plan, ImageScope.Full));
        return rounds.Of("the promising ones on all images", promising, later: 8);
    }
}
