namespace Cluster.Coordinator.Search.Judgements;

/// <summary>
/// The plans that every result is compared with: all groups in one of the offered formats, except those that the job keeps unchanged.
/// </summary>
internal static class Baselines
{
    private const double Significance = 0.05;

    /// <summary>Every group in the first offered format by min-max, without correction: a typical first attempt.</summary>
    public static Plan FirstAttempt(SearchMemory memory) => All(memory, memory.Formats.First, "max", biasCorrection: false);

    /// <summary>
    /// Every group in the first offered format with bias correction: with its chosen calibrators, else with each of the job's calibrators;
    /// and with learned roundings.
    /// </summary>
    public static IEnumerable<Plan> Corrected(SearchMemory memory) => Corrected(memory, memory.Formats.First);

    /// <summary>The same in each of the other offered formats.</summary>
    public static IEnumerable<Plan> Others(SearchMemory memory) => memory.Formats.Others.SelectMany(format => Corrected(memory, format));

    /// <summary>
    /// Among the plans in the first offered format that are not significantly less accurate than the most accurate one, preferring accurate
    /// enough ones, the one with the lowest KL: labels of a few hundred images do not distinguish calibrators, KL does. Null if all failed.
    /// </summary>
    public static Plan? Best(SearchMemory memory) => Best(memory, Corrected(memory).Append(FirstAttempt(memory)));

    /// <summary>The same of the plans in another offered format.</summary>
    public static Plan? Best(SearchMemory memory, GroupFormat format) =>
        format == memory.Formats.First ? Best(memory) : Best(memory, Corrected(memory, format));

    /// <summary>
    /// The start of an exploration. If bytes or bit operations are scarce, the plan that takes the fewest, from which finer formats are
    /// bought; else, of the plans that tie with the fastest, the one within budgets and accurate enough that loses least.
    /// </summary>
    public static Plan? Start(SearchMemory memory)
    {
        var plans = memory.Formats.All.Skip(1).Select(format => Best(memory, format)).OfType<Plan>().ToArray();
        if (plans.Length < 2)
        {
            return plans.FirstOrDefault();
        }

        if (memory.Objective.Scarce is { } scarce)
        {
            return plans.MinBy(scarce);
        }

        double Ms(Plan plan) => memory.Ms(plan) ?? memory.Model?.Predict(plan) ?? 0;
        var fastest = plans.Min(Ms);
        return plans
            .Where(plan => !Ties.IsFaster(fastest, Ms(plan)))
            .OrderByDescending(memory.Objective.Fits)
            .ThenByDescending(memory.IsFeasible)
            .ThenBy(plan => memory.Seen(plan)!.Kl)
            .First();
    }

    private static Plan? Best(SearchMemory memory, IEnumerable<Plan> candidates)
    {
        // Those seen on all images, or else on the same part.
        var plans = candidates.Select(plan => (Plan: plan, Seen: memory.Seen(plan))).Where(one => one.Seen is not null).ToArray();
        var most = plans.Select(one => one.Seen!.Total).DefaultIfEmpty().Max();
        plans = [.. plans.Where(one => one.Seen!.Total == most)];
        if (plans.Length == 0)
        {
            return null;
        }

        // OrderBy is stable, so equal plans stay in the order of the methods.
        var mostAccurate = plans.OrderBy(one => one.Seen!.Loss).ThenBy(one => one.Seen!.Kl).First().Seen!;
        return plans
            .Where(one => PairedDrop.Of(mostAccurate, one.Seen!, ImageScope.Full).ChanceOfSuch >= Significance)
            .OrderByDescending(one => memory.IsFeasible(one.Plan))
            .ThenBy(one => one.Seen!.Kl)
            .First().Plan;
    }

    /// <summary>The roundings to learn by a method: of the best plan in each format.</summary>
    public static IEnumerable<RepairItem> Repairs(SearchMemory memory, RepairMethod method) => memory.Repairs.Formats
        .Select(format => Best(memory, Calibrated(memory, format)))
        .OfType<Plan>()
        .Select(plan => new RepairItem(
            memory.Spec.RepairContext,
            plan,
            method,
            memory.Spec.Options.Iterations ?? JobOptions.UsualIterations));

    /// <summary>A plan that also quantizes the groups that the job keeps unchanged: for timing each group in both formats.</summary>
    public static Plan Whole(SearchMemory memory, Plan plan) => plan.With(
        memory.Choice.Kept,
        group => GroupDecision.In(memory.Formats.First, group, memory.Spec.Options.CanonicalMethods[0], biasCorrection: false));

    private static IEnumerable<Plan> Corrected(SearchMemory memory, GroupFormat format) =>
        Calibrated(memory, format).Concat(memory.Repairs.Plans(format));

    // Calibrators that make no difference to a format give the same plan.
    private static IEnumerable<Plan> Calibrated(SearchMemory memory, GroupFormat format) => memory.Calibrators is { } chosen
        ? [PerGroup(memory, format, chosen.Groups.ToDictionary(group => group.Group, group => group.Calibrator, StringComparer.Ordinal))]
        : memory.Spec.Options.CanonicalMethods.Select(method => All(memory, format, method, biasCorrection: true)).Distinct();

    private static Plan PerGroup(SearchMemory memory, GroupFormat format, Dictionary<string, string> calibrators) => new(
        memory.Spec.Options.Target,
        [.. memory.Space.Groups.Select(group => calibrators.TryGetValue(group.Name, out var calibrator)
            ? GroupDecision.In(Taken(memory, group, format), group.Name, calibrator, biasCorrection: true)
            : GroupDecision.Baseline(group.Name))]);

    private static Plan All(SearchMemory memory, GroupFormat format, string calibrator, bool biasCorrection) => new(
        memory.Spec.Options.Target,
        [.. memory.Space.Groups.Select((group, i) => memory.Choice.MayQuantize(i)
            ? GroupDecision.In(Taken(memory, group, format), group.Name, calibrator, biasCorrection)
            : GroupDecision.Baseline(group.Name))]);

    // Groups that lack a format have the first one beside it.
    private static GroupFormat Taken(SearchMemory memory, GroupInfo group, GroupFormat format) =>
        group.Takes(format) ? format : memory.Formats.First;
}
