using Cluster.Plans;

namespace Cluster.Coordinator.Search.Strategies.Knapsack;

/// <summary>What plans take of the scarce resource: predicted milliseconds with the changes of format between groups, or else bytes or bit
/// operations, which are sums over groups.</summary>
internal sealed class PlanCost
{
    private readonly Func<int[], double> _cost;

    /// <summary>The costs by what is known now.</summary>
    /// <param name="start">A plan in which every group that may be quantized is.</param>
    public PlanCost(SearchMemory memory, Plan start)
    {
        if (memory.Objective.Scarce is null && memory.Model is { } model)
        {
            _cost = model.Predict;
            return;
        }

        // Without any timing, milliseconds are in proportion to bit operations.
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

    /// <summary>Of the plan whose groups have the formats of these numbers.</summary>
    public double Of(int[] formats) => _cost(formats);
}
