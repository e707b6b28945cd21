namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// One number for a plan, lower is better: its predicted latency as a share of FP32's and, if its paired drop of accuracy exceeds the
/// bound, a penalty. The penalty counts the standard errors beyond the bound, so that an excess within the images' noise costs little, and
/// the KL divergence relative to the start's: a few hundred labels hardly distinguish groups, KL does.
/// </summary>
internal sealed class PlanEnergy(SearchMemory memory, ImageScope scope, Plan start)
{
    /// <summary>The cost of one standard error beyond the bound, in shares of FP32's latency.</summary>
    public const double PerStandardError = 0.15;

    /// <summary>The cost of as much KL as the start's, for a plan beyond the bound, in shares of FP32's latency.</summary>
    public const double PerKlOfStart = 0.5;

    /// <summary>The cost of exceeding a budget by 100 %, in the same shares.</summary>
    public const double PerExcess = 4;

    /// <summary>The energy, or null if the plan could not be evaluated or was not yet.</summary>
    public double? Of(Plan plan) => Excess(plan) is not { } excess ? null
        : (memory.Objective.IsMostAccurate ? Loss(plan) : PlanPrice.Of(memory, plan) + Penalty(plan, excess))
            + (PerExcess * memory.Objective.Excess(plan));

    /// <summary>Standard errors by which the drop exceeds the bound, at least 0; null if unknown.</summary>
    public double? Excess(Plan plan)
    {
        if (plan.IsBaseline)
        {
            return 0;
        }

        if (memory.Objective.IsMostAccurate)
        {
            return (memory.Accuracy(plan, scope) ?? memory.Full(plan)) is null ? null : 0;
        }

        var full = memory.Paired(plan, ImageScope.Full);
        if ((full ?? memory.Paired(plan, scope)) is not { } found)
        {
            return null;
        }

        // What no label settles is no excess: labels are asked for where they may decide.
        var counts = found is PairedCounts { Open: > 0 } open ? open.AtBest : found;

        // One image added to each discordant count, as in the interval of the drop: the error is never zero.
        double error = counts is PairedCounts { Lost: var lost, Gained: var gained }
            ? Math.Sqrt(lost + gained + 2) / counts.Total
            : Math.Max(counts.StandardError, memory.Correction.Bound / counts.Total);
        double drop = full is null ? counts.Drop : memory.Correction.Drop(counts, memory.Full(plan)!.Witness(plan));
        return Math.Max(0, (drop - memory.Correction.Bound) / error);
    }

    // If any loss is accepted: the divergence relative to the start's.
    private double Loss(Plan plan) => plan.IsBaseline ? 0 : Kl(plan) / Math.Max(double.Epsilon, Kl(start));

    // KL counts in full from one standard error on, so that the penalty has no step at the bound.
    private double Penalty(Plan plan, double excess) =>
        (PerStandardError * excess) + (Math.Min(1, excess) * PerKlOfStart * Kl(plan) / Math.Max(double.Epsilon, Kl(start)));

    private double Kl(Plan plan) => (memory.Accuracy(plan, scope) ?? memory.Full(plan))?.Kl ?? 0;
}
