using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search.Strategies.Knapsack;
using Cluster.Plans;

namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Decides whether a stepwise search starts at the job's first plan (<see cref="JobOptions.FirstPlan"/>): it skips more groups from there,
/// or starts on the way back.
/// </summary>
internal static class WarmBeginning
{
    // If it loses much less than allowed, the way back is longer than the way there, and ends worse: the least share of the bound.
    private const double LeastOfBound = 0.6;

    // If it is slower by more than this factor than what is expected to be accurate enough, it was no winner of a similar job.
    private const double MostOfExpected = 1.05;

    /// <summary>The first plan if that is worthwhile, else the usual start.</summary>
    public static Plan Of(SearchMemory memory, Plan start) =>
        memory.FirstPlan is { } first
            && memory.Objective.Fits(first)
            && memory.Drop(first) >= LeastOfBound * memory.Correction.Bound
            && PlanPrice.Of(memory, first) <= MostOfExpected * Expected(memory, start)
            ? first
            : start;

    // From the sweep and the plans measured so far, including the first one.
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
