using Cluster.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>The plans that no other plan beats.</summary>
public static class ParetoFront
{
    /// <summary>
    /// Of entries (plan, loss, milliseconds), those that no other is at least as good as in both and better in
    /// one; of entries equal in both, the first in the order <paramref name="simplest"/>. Fastest first.
    /// </summary>
    public static IReadOnlyList<Plan> Of(IEnumerable<(Plan Plan, double Loss, double Ms)> entries, IComparer<Plan> simplest)
    {
        var front = new List<Plan>();
        var leastLoss = double.PositiveInfinity;
        foreach (var entry in entries.OrderBy(entry => entry.Ms)
            .ThenBy(entry => entry.Loss)
            .ThenBy(entry => entry.Plan, simplest))
        {
            if (entry.Loss < leastLoss)
            {
                front.Add(entry.Plan);
                leastLoss = entry.Loss;
            }
        }

        return front;
    }
}
