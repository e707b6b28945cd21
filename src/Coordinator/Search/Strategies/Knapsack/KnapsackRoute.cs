namespace Cluster.Coordinator.Search.Strategies.Knapsack;

/// <summary>Solves for the plans along the front from the current knowledge.</summary>
internal sealed class KnapsackRoute(SearchMemory memory)
{
    /// <summary>The plans, cheapest first. Groups are calibrated as in <paramref name="start"/>.</summary>
    public IEnumerable<Plan> From(Plan start) =>
        Solver(start).Front(memory.Formats.NumbersOf(start)).Select(solved => memory.Repairs.In(start, solved.Formats));

    /// <summary>The same plans and their neighbours, as they are predicted.</summary>
    public IEnumerable<SolvedPlan> Around(Plan start) => Solver(start).Around(memory.Formats.NumbersOf(start));

    private KnapsackSolver Solver(Plan start) => new(
        PlanCost.Of(memory, start),
        LossEstimate.Of(memory, start).Of,
        (group, format) => !start.Groups[group].Format.IsBaseline && memory.MayBe(group, format),
        memory.Formats.Count);
}
