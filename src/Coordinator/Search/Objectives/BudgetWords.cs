namespace Cluster.Coordinator.Search.Objectives;

/// <summary>Describes a job's goal, and formats quantities of budgets for people.</summary>
public static class BudgetWords
{
    /// <summary>"2 ms", "0.64 ms".</summary>
    public static string Milliseconds(double ms) => $"{ms:G4} ms";

    /// <summary>"5 MB", "113.5 kB".</summary>
    public static string Bytes(double bytes) => Prefixed(bytes, "B");

    /// <summary>"2.62 G".</summary>
    public static string Count(double count) => Prefixed(count, string.Empty).TrimEnd();

    /// <summary>The budgets of a job, joined: "2 ms a run and 5 MB"; empty if there are none.</summary>
    public static string Budgets(JobOptions options) => string.Join(
        " and ",
        new[]
        {
            options.LatencyBudgetMs is { } ms ? $"{Milliseconds(ms)} a run" : null,
            options.SizeBudgetBytes is { } bytes ? Bytes(bytes) : null,
            options.BopsBudget is { } operations ? $"{Count(operations)} bit operations an image" : null,
        }.OfType<string>());

    /// <summary>"0.05 nats of KL to FP32", "0.5 points of FP32", "0.5 points of FP32's top-5", or "1 % of FP32's accuracy".</summary>
    public static string Bound(JobOptions options) => options.Measure.Scale().Asked(options);

    /// <summary>The limits for a plan: "0.5 points of FP32 and 5 MB".</summary>
    public static string Limits(JobOptions options) => string.Join(
        " and ",
        new[] { options.Aim == SearchGoal.Accurate ? string.Empty : Bound(options), Budgets(options) }.Where(text => text.Length > 0));

    /// <summary>"the fastest plan within 0.5 points of FP32", "the most accurate plan within 2 ms a run".</summary>
    public static string Question(JobOptions options)
    {
        var budgets = Budgets(options);
        return options.Aim switch
        {
            SearchGoal.Accurate => $"the most accurate plan within {budgets}",
            SearchGoal.Front => $"the plans that no other beats in accuracy and latency; of them the fastest within {Bound(options)}",
            _ => $"the fastest plan within {Bound(options)}",
        } + (options.Aim != SearchGoal.Accurate && budgets.Length > 0 ? $" and within {budgets}" : string.Empty);
    }

    private static string Prefixed(double value, string unit)
    {
        var (scaled, prefix) = value switch
        {
            >= 1e12 => (value / 1e12, "T"),
            >= 1e9 => (value / 1e9, "G"),
            >= 1e6 => (value / 1e6, "M"),
            >= 1e3 => (value / 1e3, "k"),
            _ => (value, string.Empty),
        };
        return $"{scaled:G4} {prefix}{unit}";
    }
}
