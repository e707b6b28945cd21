using Cluster.Plans;

namespace Cluster.Coordinator.Search.Strategies.Knapsack;

/// <summary>Solves for the plans along the front from the current knowledge.</summary>
internal sealed class KnapsackRoute(SearchMemory memory)
{
    /// <summary>Plans with predicted cost and loss, cheapest first. Groups are calibrated as in <paramref name="start"/>.</summary>
    public IReadOnlyList<(Plan Plan, SolvedPlan Predicted)> From(Plan start) =>
        [.. Solver(start).Front(memory.Formats.NumbersOf(start)).Select(solved => (ToPlan(start, solved.Formats), solved))];

    /// <summary>The same plans and their neighbours.</summary>
    public IEnumerable<SolvedPlan> Around(Plan start) => Solver(start).Around(memory.Formats.NumbersOf(start));

    /// <summary>The plan whose groups are in the formats of these numbers and calibrated as in <paramref name="start"/>.</summary>
    public Plan ToPlan(Plan start, int[] formats) => new(
        start.Target,
        [.. start.Groups.Select((decision, group) => memory.Repairs.In(decision, group, memory.Formats.All[formats[group]]))]);

    private KnapsackSolver Solver(Plan start)
    {
        bool[] free = [.. start.Groups.Select((decision, group) => memory.Choice.MayQuantize(group) && !decision.Format.IsBaseline)];
        return new KnapsackSolver(new PlanCost(memory, start).Of, LossEstimate.Of(memory, start).Of, free, memory.Formats.Count);
    }
}
