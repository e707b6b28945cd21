using Cluster.Plans;

namespace Cluster.Coordinator.Search.Strategies.Knapsack;

/// <summary>A plan's use of the scarce resource: predicted milliseconds with format changes, else summed bytes or bit operations.</summary>
internal sealed class PlanCost
{
    private readonly Func<int[], double> _cost;

    /// <summary>The costs from the current knowledge.</summary>
    /// <param name="start">A plan that quantizes every group that may be.</param>
    public PlanCost(SearchMemory memory, Plan start)
    {
        if (memory.Objective.Scarce is null && memory.Model is { } model)
        {
            _cost = model.Predict;
            return;
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
        _cost = formats => least + formats.Select((format, group) => parts[group][format]).Sum();
    }

    /// <summary>The cost of the plan with these format numbers.</summary>
    public double Of(int[] formats) => _cost(formats);
}
