namespace Cluster.Coordinator.Search.Objectives;

/// <summary>Detects a budget that no plan of a network can meet, as soon as that is known, and says what can be reached.</summary>
internal static class BudgetCheck
{
    // The latency model's error is smaller: if it exceeds a budget by more than this, no measurement is needed.
    private const double ModelError = 0.25;

    /// <summary>
    /// A budget known to be unreachable, with the least that the network reaches and what to do, in a sentence; null if there is none.
    /// Before any work: bit operations are counted, and no file is smaller than its weights.
    /// </summary>
    /// <param name="facts">The search's results.</param>
    /// <param name="leastPredicted">The model's least prediction among the plans that may still be timed; null: none will be.</param>
    public static string? Unreachable(SearchFacts facts, double? leastPredicted = null) =>
        TooMuch(facts) is var (found, isInReach) ? $"{found}: give a larger budget{(isInReach ? $", or {FewerBits.Option(facts)}" : "")}."
        : facts.Spec.Options.LatencyBudgetMs is { } ms && TooSlow(facts, ms, leastPredicted) is { } slow ? $"{slow}: give a larger budget."
        : null;

    /// <summary>
    /// The same of size and bit operations without the advice, and whether fewer bits than the job's formats have may reach the budget.
    /// </summary>
    public static (string Found, bool IsInReachOfFewerBits)? TooMuch(SearchFacts facts) => facts.Spec.Options switch
    {
        { BopsBudget: { } operations } when new Objective(facts).LeastBops() is var least && least > operations => (
            Sentence(
                JobLimits.BopsBudget.Name, BudgetWords.Count(operations),
                $"{BudgetWords.Count(least)} bit operations an image, every group that may be quantized in the fewest bits"),
            FewerBits.MayReach(facts, operations / least)),
        { SizeBudgetBytes: { } bytes } when SizeModel.LeastBytes(facts) is var weights && weights > bytes => (
            Sentence(JobLimits.SizeBudget.Name, BudgetWords.Bytes(bytes), $"{BudgetWords.Bytes(weights)}, which the weights alone have"),
            FewerBits.MayReach(facts, bytes / weights)),
        { SizeBudgetBytes: { } bytes }
            when facts.FullPlans.Where(plan => !plan.IsBaseline).MinBy(plan => facts.Full(plan)!.SizeBytes) is { } smallest
                && facts.Full(smallest)!.SizeBytes is var least && least > bytes => (
            Sentence(JobLimits.SizeBudget.Name, BudgetWords.Bytes(bytes), $"{BudgetWords.Bytes(least)} ({FormatShares.Of(smallest)})"),
            FewerBits.MayReach(facts, (double)bytes / least)),
        _ => null,
    };

    private static string? TooSlow(SearchFacts facts, double budget, double? leastPredicted)
    {
        if (facts.BaselineMs is not { } float32
            || facts.Latencies.MinBy(entry => facts.Ms(entry.Plan)) is not { Plan: { } fastest }
            || facts.Ms(fastest) is not { } least
            || Math.Min(least, float32) <= budget
            || leastPredicted * (1 - ModelError) <= budget)
        {
            return null;
        }

        var (ms, what) = least <= float32 ? (least, FormatShares.Of(fastest)) : (float32, "FP32");
        return Sentence(
            JobLimits.LatencyBudget.Name,
            BudgetWords.Milliseconds(budget),
            $"{BudgetWords.Milliseconds(ms)} ({what}, measured at batch {facts.Spec.Options.Batch}; "
            + $"FP32 takes {BudgetWords.Milliseconds(float32)})");
    }

    private static string Sentence(string option, string budget, string least) =>
        $"{option} is {budget} where the least that this network reaches is {least}";
}
