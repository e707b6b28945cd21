namespace Cluster.Coordinator.Search.Judgements;

/// <summary>The running cost of a plan.</summary>
internal static class PlanPrice
{
    /// <summary>The least of a feasible plan; FP32's, 1, if there is none.</summary>
    public static double LeastFeasible(SearchMemory memory) =>
        memory.FullPlans.Where(memory.IsFeasible).Select(plan => Of(memory, plan)).Append(1).Min();

    /// <summary>
    /// Latency as a share of FP32's: measured, else predicted, else the share of multiply-accumulates that stays in FP32.
    /// </summary>
    public static double Of(SearchMemory memory, Plan plan)
    {
        if (memory.BaselineMs is { } baseline && (memory.Ms(plan) ?? memory.Model?.Predict(plan)) is { } ms)
        {
            return ms / baseline;
        }

        double all = memory.Space.Groups.Sum(group => Math.Max(1, group.Macs));
        return plan.Groups
            .Select((decision, i) => decision.Format.IsBaseline ? Math.Max(1, memory.Space.Groups[i].Macs) : 0)
            .Sum() / all;
    }
}
