using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Search.Decisions;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Looks at plans on all images; where candidates race, at those alone that the telling part of the images leaves a chance.
/// </summary>
internal sealed class Looks(SearchMemory memory, Rounds rounds)
{
    /// <summary>The round, and before it that of the race; nothing where every result is known.</summary>
    public IEnumerable<ProposedRound> Of(string purpose, IReadOnlyList<Plan> plans, int later)
    {
        if (memory.Racing.Scope is { } scope)
        {
            var racing = plans.Where(plan => !memory.Knows(memory.AccuracyOf(plan, ImageScope.Full)))
                .Take(memory.BudgetLeft)
                .Select(plan => memory.AccuracyOf(plan, scope));
            foreach (var round in rounds.Of($"{purpose}: a race on {scope.Count} images", racing, later + plans.Count))
            {
                yield return round;
            }
        }

        var left = plans.Where(plan => !memory.Racing.IsOut(plan)).Take(memory.BudgetLeft).Select(
            plan => memory.AccuracyOf(plan, ImageScope.Full));
        foreach (var round in rounds.Of(purpose, left, later))
        {
            yield return round;
        }
    }
}
