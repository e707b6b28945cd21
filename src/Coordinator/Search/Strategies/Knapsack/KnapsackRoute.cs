using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search.Strategies.Knapsack;

/// <summary>The plans along the front as they are solved for from what is known now.</summary>
internal sealed class KnapsackRoute(SearchMemory memory)
{
    /// <summary>Plans with predicted cost and loss, cheapest first. Groups are calibrated as in <paramref name="start"/>.</summary>
    public IReadOnlyList<(Plan Plan, SolvedPlan Predicted)> From(Plan start)
    {
        var estimate = LossEstimate.Of(memory, start);
        var cost = new PlanCost(memory, start);
        bool[] free = [.. start.Groups.Select((decision, group) => memory.Choice.MayQuantize(group) && !decision.Format.IsBaseline)];
        return
        [
            .. new KnapsackSolver(cost.Of, estimate.Of, free, memory.Formats.Count)
                .Front(memory.Formats.NumbersOf(start))
                .Select(solved => (ToPlan(start, solved.Formats), solved)),
        ];
    }

    private Plan ToPlan(Plan start, int[] formats) => new(
        start.Target, [.. start.Groups.Select((decision, group) => decision with { Format = memory.Formats.All[formats[group]] })]);
}
