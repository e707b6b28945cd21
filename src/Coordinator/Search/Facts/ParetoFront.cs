namespace Cluster.Coordinator.Search.Facts;

/// <summary>The plans that no other plan beats.</summary>
public static class ParetoFront
{
    /// <summary>
    /// Those that no other is at least as good as in both loss and cost, and better in one; of entries equal in both, the first in the
    /// order <paramref name="simplest"/>. Cheapest first.
    /// </summary>
    public static IReadOnlyList<T> Of<T>(IEnumerable<(T Plan, double Loss, double Cost)> entries, IComparer<T> simplest)
    {
        var front = new List<T>();
        var leastLoss = double.PositiveInfinity;
        foreach (var entry in entries.OrderBy(entry => entry.Cost)
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
