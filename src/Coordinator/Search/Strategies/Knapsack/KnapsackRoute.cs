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

/// <summary>A plan's use of the scarce resource: predicted milliseconds with format changes, else summed bytes or bit operations.</summary>
internal static class PlanCost
{
    /// <summary>The cost of a plan by the numbers of its formats, from the current knowledge.</summary>
    /// <param name="start">A plan that quantizes every group that may be.</param>
    public static Func<int[], double> Of(SearchMemory memory, Plan start)
    {
        if (memory.Objective.Scarce is null && memory.Model is { } model)
        {
            return model.Predict;
        }

        // Without any timing, milliseconds are assumed proportional to bit operations.
        var scarce = memory.Objective.Scarce ?? memory.Objective.Bops;
        var least = scarce(memory.Baseline);
        double[][] parts =
        [
            .. start.Groups.Select((decision, group) => memory.Formats.All.Select(format => decision.Format.IsBaseline
                ? 0
                : scarce(memory.Baseline.With([group], _ => decision with { Format = format })) - least).ToArray()),
        ];
        return formats => least + formats.Select((format, group) => parts[group][format]).Sum();
    }
}
