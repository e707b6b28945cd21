namespace Cluster.Coordinator.Search.Judgements;

/// <summary>
/// Explains why plans did not win although they measured as fast and as accurate as the winner, or are faster and accurate enough: a reader
/// of the numbers would ask.
/// </summary>
internal static class PassedOver
{
    private const string Tie = "a tie, where the more accurate plan is taken, then the simpler";

    /// <summary>Milliseconds on the memory's scale; null if it was not timed.</summary>
    public static double? Ms(SearchMemory memory, PlanMeasurement measured) => measured.Plan.IsBaseline
        ? memory.BaselineMs
        : measured.Latency is { } latency ? memory.Ms(latency) : null;

    /// <summary>Whether one is at least as fast and as accurate as another; both must be measured.</summary>
    public static bool Beats(SearchMemory memory, PlanMeasurement one, PlanMeasurement other) =>
        Ms(memory, one) <= Ms(memory, other) && one.Accuracy?.Loss <= other.Accuracy?.Loss;

    /// <summary>A sentence, or null if there are no such plans.</summary>
    public static string? Words(SearchMemory memory, WinnerKind kind, PlanMeasurement winner)
    {
        var reasons = memory.FullPlans
            .Where(plan => !plan.Equals(winner.Plan) && !memory.Refusals.Contains(plan))
            .Select(plan => new PlanMeasurement(plan, memory.Full(plan), memory.Shown(plan)))
            .Where(one => Beats(memory, one, winner)
                || (kind is WinnerKind.Faster or WinnerKind.NothingFaster or WinnerKind.Unclear
                    && Ms(memory, one) < Ms(memory, winner) && memory.IsFeasible(one.Plan)))
            .CountBy(one => Reason(memory, one, winner))
            .OrderByDescending(counted => counted.Value)
            .ThenBy(counted => counted.Key, StringComparer.Ordinal)
            .Select(counted => $"{counted.Value} {counted.Key}")
            .ToArray();
        return reasons.Length == 0 ? null : $"Measured faster or as fast, and passed over: {string.Join("; ", reasons)}.";
    }

    private static string Reason(SearchMemory memory, PlanMeasurement one, PlanMeasurement winner) =>
        !memory.Objective.Fits(one.Plan) ? $"beyond {BudgetWords.Budgets(memory.Spec.Options)}"
        : !memory.IsAccurateEnough(one.Plan) ? $"not shown to be within {BudgetWords.Bound(memory.Spec.Options)}"
        : !memory.Objective.IsMostAccurate && one.Plan.HasFormatsOf(winner.Plan)
            ? $"with the winner's formats, which take the same time: {Tie}"
        : !one.Plan.IsBaseline && !memory.IsTimedLast(one.Plan) ? "timed by itself only, which is less sure than together with the winner"
        : memory.Refusals.Suspects(one.Plan) ? "with a group that the parity gate refused in another plan"
        : !Ties.IsFaster(Ms(memory, one)!.Value, Ms(memory, winner)!.Value)
            ? $"within {Ties.Percent} % of the winner's time: {Tie}"
        : "that diverges more from FP32";
}
