using Cluster.Plans;

namespace Cluster.Coordinator.Search.Strategies.Knapsack;

/// <summary>Solves for the plans along the front from the current knowledge.</summary>
internal sealed class KnapsackRoute(SearchMemory memory)
{
    /// <summary>The plans, cheapest first. Groups are calibrated as in <paramref name="start"/>.</summary>
    public IEnumerable<Plan> From(Plan start) =>
        Solver(start).Front(memory.Formats.NumbersOf(start)).Select(solved => memory.Repairs.In(start, solved.Formats));

    /// <summary>The same plans and their neighbours, as they are predicted.</summary>
    public IEnumerable<SolvedPlan> Around(Plan start) => Solver(start).Around(memory.Formats.NumbersOf(start));

    private KnapsackSolver Solver(Plan start)
    {
        bool[] free = [.. start.Groups.Select((decision, group) => memory.Choice.MayQuantize(group) && !decision.Format.IsBaseline)];
        return new KnapsackSolver(PlanCost.Of(memory, start), LossEstimate.Of(memory, start).Of, free, memory.Formats.Count);
    }
}
