using Cluster.Coordinator.Model.Options;
using Cluster.Plans;

namespace Cluster.Coordinator.Search.Objectives;

/// <summary>
/// What a job asks for, over what is known: which plans are within its budgets, by how much others are not, and what a plan costs. A
/// latency is the measured one where there is one, else the latency model's; a size likewise; bit operations are counted.
/// </summary>
internal sealed class Objective(SearchMemory memory)
{
    /// <summary>Which plan is looked for.</summary>
    public SearchGoal Goal { get; } = memory.Spec.Options.Aim;

    /// <summary>Whether the most accurate plan is looked for, so that no loss is too large.</summary>
    public bool IsMostAccurate => Goal == SearchGoal.Accurate;

    private JobOptions Options => memory.Spec.Options;

    /// <summary>Bit operations an image: see <see cref="Model.SearchSpace.Bops"/>.</summary>
    public double Bops(Plan plan) => memory.Space.Bops(plan.Groups.Select(decision => decision.Format));

    /// <summary>The fewest bit operations that any plan of this job has.</summary>
    public double LeastBops() => memory.Space.Bops(memory.Space.Groups.Select((_, i) => memory.Choice.MayQuantize(i)
        ? memory.Formats.All.MinBy(format => format.Weights.Bits * format.Activations.Bits)!
        : GroupFormat.Baseline));

    /// <summary>
    /// The share by which a plan exceeds the budget that it exceeds most: 0 within all of them. What is not known and cannot be predicted
    /// counts as within.
    /// </summary>
    public double Excess(Plan plan) => Options.Budgets == 0 ? 0 : Math.Max(
        0,
        Math.Max(
            Options.LatencyBudgetMs is { } ms ? Beyond(memory.Ms(plan) ?? Predicted(plan), ms) : 0,
            Math.Max(
                Options.SizeBudgetBytes is { } bytes ? Beyond(SizeModel.Of(memory)?.Bytes(plan), bytes) : 0,
                Options.BopsBudget is { } operations ? Beyond(Bops(plan), operations) : 0)));

    /// <summary>Whether a plan is within all budgets, as far as is known.</summary>
    public bool Fits(Plan plan) => Excess(plan) <= 0;

    /// <summary>Whether a plan is within all budgets, its latency by measurement.</summary>
    public bool IsWithin(Plan plan) => (Options.LatencyBudgetMs is null || memory.Ms(plan) is not null) && Fits(plan);

    /// <summary>
    /// What a plan takes of the job's scarcest resource where that is not time: bytes or bit operations; null where it is time.
    /// </summary>
    public Func<Plan, double>? Scarce => !IsMostAccurate || Options.LatencyBudgetMs is not null ? null
        : Options.SizeBudgetBytes is not null && SizeModel.Of(memory) is { } sizes ? sizes.Bytes
        : Bops;

    private static double Beyond(double? value, double budget) => value is { } found ? (found / budget) - 1 : 0;

    private double? Predicted(Plan plan) => memory.Model?.Predict(plan);
}
