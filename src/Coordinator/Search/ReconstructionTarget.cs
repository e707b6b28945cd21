namespace Cluster.Coordinator.Search;

/// <summary>The plans whose roundings are worth learning.</summary>
/// <param name="Plans">The plans in the order in which they are tried, no two with the same formats; empty if there are none.</param>
/// <param name="Reason">Why these, or why none, in a sentence.</param>
internal sealed record ReconstructionTarget(IReadOnlyList<Plan> Plans, string Reason)
{
    private const double Confidence = 0.95;

    /// <summary>
    /// Where no plan within the budgets was left, the most accurate of those that were refused for a channel that they lose: with other
    /// numbers it may pass. Null if there is none.
    /// </summary>
    public static RefusedPlan? Silent(SearchMemory memory, WinnerSelected selection) =>
        !memory.Objective.IsMostAccurate || selection.Feasible || memory.Objective.Fits(selection.Plan) ? null
        : memory.Refusals.Plans
            .Where(refused => refused.Parity?.WorstChannel is { IsWeak: true } && refused.Groups.Count == 0
                && memory.Full(refused.Plan) is not null && memory.Objective.Fits(refused.Plan))
            .MinBy(refused => memory.Full(refused.Plan)!.Loss);

    /// <summary>
    /// Whether a plan of fewer bits, which a budget asked for, is less accurate than FP32 as measured: learning has most to gain there.
    /// </summary>
    /// <param name="found">The plan's accuracy, or that of its file with learned numbers.</param>
    public static bool IsWorthTrying(SearchMemory memory, Plan plan, AccuracyResult? found) => memory.Objective.IsMostAccurate
        && plan.Groups.Any(group => group.Format is { IsInteger: true, IsOfRuntime: false, Weights.Bits: < 8 })
        && found is not null
        && PairedDrop.Of(memory.Full(memory.Baseline)!, found, ImageScope.Full).Drop > 0;

    /// <summary>
    /// The plans of <see cref="LossyPlan.Fastest"/>; else the winner's own plan, if it has lost accuracy against FP32 or reconstruction is
    /// always requested.
    /// </summary>
    public static ReconstructionTarget Of(SearchMemory memory, WinnerSelected selection, ReconstructionMode mode)
    {
        if (Silent(memory, selection) is { } silent)
        {
            return new ReconstructionTarget(
                [silent.Plan], $"The gate refused the most accurate plan within the budget, and no other was found: {silent.Reason}");
        }

        var refused = LossyPlan.Fastest(memory, selection);
        if (refused.Count > 0)
        {
            return new ReconstructionTarget(
                [.. refused.Select(one => one.Plan)], $"{string.Join("; ", refused.Select(one => one.Words(memory)))}.");
        }

        if (selection.Plan.IsBaseline)
        {
            return new ReconstructionTarget(
                [],
                "The result is the FP32 network, and no plan that was refused for its accuracy alone is shown to be faster by more than a "
                + "tie.");
        }

        if (memory.Paired(selection.Plan, ImageScope.Full) is not { } counts)
        {
            return new ReconstructionTarget(
                [], "The winner was not measured on the whole evaluation set, so nothing could be compared with it.");
        }

        var lost = counts.DropInterval(Confidence).Low;
        return IsWorthTrying(memory, selection.Plan, memory.Full(selection.Plan))
            ? new ReconstructionTarget([selection.Plan], "The winner has weights in fewer than 8 bits, and lost accuracy by them.")
            : lost > 0 || !selection.Feasible ? new ReconstructionTarget([selection.Plan], "The winner is less accurate than FP32.")
            : mode == ReconstructionMode.Always
            ? new ReconstructionTarget([selection.Plan], "It was asked for; no faster plan was refused for its accuracy alone.")
            : new ReconstructionTarget(
                [],
                "No plan that was refused for its accuracy alone is shown to be faster by more than a tie, and the winner is not shown to "
                + "have lost any: there is nothing to win back.");
    }
}
