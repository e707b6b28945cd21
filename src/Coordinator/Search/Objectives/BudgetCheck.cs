using System.Globalization;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search.Objectives;

/// <summary>Refuses budgets that no plan of a network is within, as soon as that is known, and says what can be reached.</summary>
internal static class BudgetCheck
{
    // The latency model is off by less: what it calls out of reach by more needs no measurement.
    private const double ModelError = 0.25;

    /// <summary>Before any work: bit operations are counted, and no file is smaller than its weights.</summary>
    /// <exception cref="JobImpossibleException">A budget is out of reach.</exception>
    public static void BeforeWork(SearchMemory memory)
    {
        var options = memory.Spec.Options;
        if (options.BopsBudget is { } operations && memory.Objective.LeastBops() is var least && least > operations)
        {
            throw Refusal(
                JobLimits.BopsBudget.Name, BudgetWords.Count(operations),
                $"{BudgetWords.Count(least)} bit operations an image, every group that may be quantized in the fewest bits");
        }

        if (options.SizeBudgetBytes is { } bytes && SizeModel.LeastBytes(memory) is var weights && weights > bytes)
        {
            throw Refusal(
                JobLimits.SizeBudget.Name, BudgetWords.Bytes(bytes), $"{BudgetWords.Bytes(weights)}, which the weights alone have");
        }
    }

    /// <summary>Once files are measured.</summary>
    /// <exception cref="JobImpossibleException">The smallest file is larger than the budget.</exception>
    public static void AfterBaselines(SearchMemory memory)
    {
        if (memory.Spec.Options.SizeBudgetBytes is { } bytes
            && memory.FullPlans.Where(plan => !plan.IsBaseline).MinBy(plan => memory.Full(plan)!.SizeBytes) is { } smallest
            && memory.Full(smallest)!.SizeBytes is var least
            && least > bytes)
        {
            throw Refusal(JobLimits.SizeBudget.Name, BudgetWords.Bytes(bytes), $"{BudgetWords.Bytes(least)} ({FormatShares.Of(smallest)})");
        }
    }

    /// <summary>Once latencies are measured.</summary>
    /// <param name="memory">What is known.</param>
    /// <param name="leastPredicted">The least that the model predicts of any plan, where plans may still be timed; null afterwards.</param>
    /// <exception cref="JobImpossibleException">Nothing that was measured is within the budget, and nothing is predicted to be.</exception>
    public static void AfterLatencies(SearchMemory memory, double? leastPredicted)
    {
        if (memory.Spec.Options.LatencyBudgetMs is not { } budget
            || memory.BaselineMs is not { } float32
            || memory.Latencies.MinBy(entry => memory.Ms(entry.Plan)) is not { Plan: { } fastest }
            || memory.Ms(fastest) is not { } least
            || Math.Min(least, float32) <= budget
            || leastPredicted * (1 - ModelError) <= budget)
        {
            return;
        }

        var (ms, what) = least <= float32 ? (least, FormatShares.Of(fastest)) : (float32, "FP32");
        throw Refusal(
            JobLimits.LatencyBudget.Name,
            BudgetWords.Milliseconds(budget),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{BudgetWords.Milliseconds(ms)} ({what}, measured at batch {memory.Spec.Options.Batch}; "
                + $"FP32 takes {BudgetWords.Milliseconds(float32)})"));
    }

    private static JobImpossibleException Refusal(string option, string budget, string least) =>
        new($"{option} is {budget} where the least that this network reaches is {least}: give a larger budget.");
}
