namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Variants that people would try by hand: a plan without its first group, its last group, both. In small networks and small batches the
/// profile's microseconds say little about them, and timing them costs less than a wrong prediction.
/// </summary>
internal static class UsualPlans
{
    /// <summary>Variants of each plan, except those entirely in the network's format.</summary>
    public static IEnumerable<Plan> Of(IEnumerable<Plan> plans) => plans.SelectMany(Variants).Where(plan => !plan.IsBaseline).Distinct();

    private static IEnumerable<Plan> Variants(Plan plan)
    {
        int last = plan.Groups.Count - 1;
        int[][] kept = [[], [0], [last], [0, last], [0, 1], [last - 1, last]];
        return kept
            .Where(groups => groups.All(group => group >= 0 && group <= last))
            .Select(groups => plan.With(groups, GroupDecision.Baseline));
    }
}
