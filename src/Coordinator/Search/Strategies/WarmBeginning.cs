using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search.Strategies.Knapsack;
using Cluster.Plans;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Whether a search by steps begins at the plan that it was told to look at first (<see cref="JobOptions.FirstPlan"/>): more is skipped
/// from there, or the way back begins.
/// </summary>
internal static class WarmBeginning
{
    // Where it loses much less than is allowed, the way back is longer than the way there, and ends worse: the least share of the bound.
    private const double LeastOfBound = 0.6;

    // Slower than this many times what is expected to be accurate enough, it was no winner of a question like this one.
    private const double MostOfExpected = 1.05;

    /// <summary>The first plan where that is worth it, else the usual beginning.</summary>
    public static Plan Of(SearchMemory memory, Plan start) =>
        memory.FirstPlan is { } first
            && memory.Objective.Fits(first)
            && memory.Drop(first) >= LeastOfBound * memory.Correction.Bound
            && PlanPrice.Of(memory, first) <= MostOfExpected * Expected(memory, start)
            ? first
            : start;

    // By the sweep and the plans measured so far, the first one among them.
    private static double Expected(SearchMemory memory, Plan start)
    {
        var limit = LossEstimate.Limit(memory, start);
        return new KnapsackRoute(memory).From(start)
            .Where(solved => solved.Predicted.Loss <= limit)
            .Select(solved => PlanPrice.Of(memory, solved.Plan))
            .DefaultIfEmpty(double.MaxValue)
            .Min();
    }
}
