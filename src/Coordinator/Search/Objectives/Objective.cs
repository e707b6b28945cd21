namespace Cluster.Coordinator.Search.Objectives;

/// <summary>
/// A job's goal applied to the current knowledge: which plans are within its budgets, by how much others exceed them, and what a plan
/// costs. Latency and size are measured if possible, else predicted by a model; bit operations are counted.
/// </summary>
internal sealed class Objective(SearchFacts facts)
{
    /// <summary>The goal of the search.</summary>
    public SearchGoal Goal { get; } = facts.Spec.Options.Aim;

    /// <summary>Whether the goal is the most accurate plan, so that no loss is too large.</summary>
    public bool IsMostAccurate => Goal == SearchGoal.Accurate;

    private JobOptions Options => facts.Spec.Options;

    /// <summary>Bit operations an image: see <see cref="Model.SearchSpace.Bops"/>.</summary>
    public double Bops(Plan plan) => facts.Space.Bops(plan.Groups.Select(decision => decision.Format));

    /// <summary>The fewest bit operations that any plan of this job has.</summary>
    public double LeastBops() => facts.Space.Bops(facts.Space.Groups.Select((group, i) => facts.Choice.MayQuantize(i)
        ? facts.Formats.All.Where(group.Takes).MinBy(format => format.Weights.Bits * format.Activations.Bits)!
        : GroupFormat.Baseline));

    /// <summary>
    /// The largest share by which a plan exceeds a budget: 0 within all of them. Unknown and unpredictable quantities count as within.
    /// </summary>
    public double Excess(Plan plan) => Options.Budgets == 0 ? 0 : Math.Max(
        0,
        Math.Max(
            Options.LatencyBudgetMs is { } ms ? Beyond(facts.Ms(plan) ?? Predicted(plan), ms) : 0,
            Math.Max(
                Options.SizeBudgetBytes is { } bytes ? Beyond(SizeModel.Of(facts)?.Bytes(plan), bytes) : 0,
                Options.BopsBudget is { } operations ? Beyond(Bops(plan), operations) : 0)));

    /// <summary>Whether a plan is within all budgets, as far as known.</summary>
    public bool Fits(Plan plan) => Excess(plan) <= 0;

    /// <summary>Whether a plan is within all budgets, with a measured latency.</summary>
    public bool IsWithin(Plan plan) => (Options.LatencyBudgetMs is null || facts.Ms(plan) is not null) && Fits(plan);

    /// <summary>A plan's use of the job's scarcest resource if that is not time: bytes or bit operations; null if it is time.</summary>
    public Func<Plan, double>? Scarce => !IsMostAccurate || Options.LatencyBudgetMs is not null ? null
        : Options.SizeBudgetBytes is not null && SizeModel.Of(facts) is { } sizes ? sizes.Bytes
        : Bops;

    private static double Beyond(double? value, double budget) => value is { } found ? (found / budget) - 1 : 0;

    private double? Predicted(Plan plan) => facts.Model?.Predict(plan);
}
