using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Statistics;

namespace Cluster.Coordinator.Search;

/// <summary>The plans that every result is compared with: all groups in one of the offered formats.</summary>
internal static class Baselines
{
    private const double Significance = 0.05;

    /// <summary>
    /// Every group in the first offered format by min-max, nothing corrected: what a first attempt gives.
    /// </summary>
    public static Plan FirstAttempt(SearchMemory memory) => All(memory, memory.Formats.First, "max", biasCorrection: false);

    /// <summary>
    /// Every group in the first offered format with bias correction, by each of the job's calibrators.
    /// </summary>
    public static IEnumerable<Plan> Corrected(SearchMemory memory) => Corrected(memory, memory.Formats.First);

    /// <summary>The same in each of the other offered formats.</summary>
    public static IEnumerable<Plan> Others(SearchMemory memory) => memory.Formats.Others.SelectMany(format => Corrected(memory, format));

    /// <summary>
    /// Of the plans in the first offered format that are not significantly less accurate than the most accurate one,
    /// those that are accurate enough first, the one with the lowest KL: labels of a few hundred images do not tell
    /// calibrators apart, KL does. Null where all failed.
    /// </summary>
    public static Plan? Best(SearchMemory memory)
    {
        var plans = Corrected(memory).Append(FirstAttempt(memory)).Where(plan => memory.Full(plan) is not null).ToArray();
        var mostAccurate = plans.OrderByDescending(plan => memory.Full(plan)!.Correct)
            .ThenBy(plan => memory.Full(plan)!.Kl)
            .FirstOrDefault();
        if (mostAccurate is null)
        {
            return null;
        }

        // OrderBy is stable, so what is equal stays in the order of the methods.
        return plans
            .Where(plan => PairedCounts.Of(memory.Full(mostAccurate)!, memory.Full(plan)!, ImageScope.Full).McNemarMidP >= Significance)
            .OrderByDescending(memory.IsFeasible)
            .ThenBy(plan => memory.Full(plan)!.Kl)
            .First();
    }

    // Calibrators that make no difference to a format give the same plan.
    private static IEnumerable<Plan> Corrected(SearchMemory memory, GroupFormat format) =>
        memory.Spec.Options.Methods.Select(method => All(memory, format, method, biasCorrection: true)).Distinct();

    private static Plan All(SearchMemory memory, GroupFormat format, string calibrator, bool biasCorrection) =>
        Plan.Uniform(
            format, memory.Spec.Options.Target, memory.Space.Groups.Select(group => group.Name), calibrator, biasCorrection);
}
