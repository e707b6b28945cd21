using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search;

/// <summary>The plans that no other plan beats.</summary>
public static class ParetoFront
{
    /// <summary>
    /// Of entries (plan, images right, milliseconds), those that no other is at least as good as in both and better in
    /// one; of entries equal in both, the first in the order <paramref name="simplest"/>. Fastest first.
    /// </summary>
    public static IReadOnlyList<Plan> Of(IEnumerable<(Plan Plan, int Correct, double Ms)> entries, IComparer<Plan> simplest)
    {
        var front = new List<Plan>();
        var mostCorrect = -1;
        foreach (var entry in entries.OrderBy(entry => entry.Ms)
            .ThenByDescending(entry => entry.Correct)
            .ThenBy(entry => entry.Plan, simplest))
        {
            if (entry.Correct > mostCorrect)
            {
                front.Add(entry.Plan);
                mostCorrect = entry.Correct;
            }
        }

        return front;
    }
}
