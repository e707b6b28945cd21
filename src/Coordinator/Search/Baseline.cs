using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Statistics;

namespace Cluster.Coordinator.Search;

/// <summary>The plans that every result is compared with. Groups that the job keeps in FP32 are so in all of them.</summary>
internal static class Baseline
{
    private const double Significance = 0.05;

    /// <summary>Every group in 8 bits by min-max, nothing corrected: what a first attempt gives.</summary>
    public static Plan Int8(SearchMemory memory) => All(memory, "max", biasCorrection: false);

    /// <summary>
    /// Every group in 8 bits with bias correction: by the calibrator that was chosen for it, else by each of the job's calibrators.
    /// </summary>
    public static IEnumerable<Plan> Corrected(SearchMemory memory) => memory.Calibrators is { } chosen
        ? [PerGroup(memory, chosen.Groups.ToDictionary(group => group.Group, group => group.Calibrator, StringComparer.Ordinal))]
        : memory.Spec.Options.Methods.Select(method => All(memory, method, biasCorrection: true));

    /// <summary>
    /// Of the baselines that are not significantly less accurate than the most accurate one, those that are accurate
    /// enough first, the one with the lowest KL: labels of a few hundred images do not tell calibrators apart, KL does.
    /// Null where all failed.
    /// </summary>
    public static Plan? Int8Best(SearchMemory memory)
    {
        var plans = Corrected(memory).Append(Int8(memory)).Where(plan => memory.Full(plan) is not null).ToArray();
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

    /// <summary>A plan with the groups that the job keeps in FP32 in 8 bits too: for timing each group in both.</summary>
    public static Plan Whole(SearchMemory memory, Plan plan) => plan.With(
        memory.Choice.Kept, group => GroupDecision.Int8(group, memory.Spec.Options.Methods[0], biasCorrection: false));

    private static Plan All(SearchMemory memory, string calibrator, bool biasCorrection) => Plan.AllInt8(
        memory.Spec.Options.Target, memory.Space.Groups.Select(group => group.Name), calibrator, biasCorrection)
        .With(memory.Choice.Kept, GroupDecision.Float32);

    private static Plan PerGroup(SearchMemory memory, Dictionary<string, string> calibrators) => new(
        memory.Spec.Options.Target,
        [.. memory.Space.Groups.Select(group => calibrators.TryGetValue(group.Name, out var calibrator)
            ? GroupDecision.Int8(group.Name, calibrator, biasCorrection: true)
            : GroupDecision.Float32(group.Name))]);
}
