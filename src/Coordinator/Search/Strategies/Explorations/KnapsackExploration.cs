namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// Solves for plans instead of walking to them: one sweep's losses of all groups and formats and the latency model's milliseconds determine
/// the plan that fills a budget, or promises most within a bound. It is measured, its loss corrects the estimates, and the next plan is
/// solved for, until none promises enough.
/// </summary>
internal sealed class KnapsackExploration(SearchMemory memory, StagedEvaluation stages, Rounds rounds) : IExploration
{
    private const int MostPlans = 12;

    // The standard deviation of the KL at which a plan's drop reaches the bound, as a share of it.
    private const double LimitError = 0.4;

    // The speed-up that one more look has to promise, as a share.
    private const double LeastGain = 0.008;

    // The plans that are examined closely.
    private const int MostCandidates = 256;

    private readonly KnapsackRoute _route = new(memory);

    /// <inheritdoc/>
    public int Most(Plan start) => 2 * MostPlans;

    public IEnumerable<ProposedRound> Explore(Plan start) => memory.Objective.IsMostAccurate ? Fill(start).InTurn()
        : memory.IsFeasible(start) ? []
        : Fasten(start).InTurn();

    // The plan that promises the largest gain over the fastest known one: its gain times the probability that it is accurate enough
    // (expected improvement: Mockus 1974).
    private IEnumerable<IEnumerable<ProposedRound>> Fasten(Plan start)
    {
        for (var tried = 0; tried < MostPlans && memory.BudgetLeft > 0 && MostPromising(start) is { } next; tried++)
        {
            yield return stages.Of("knapsack: the plan that promises most", [next], later: MostPlans - tried);
        }
    }

    private Plan? MostPromising(Plan start)
    {
        var (estimate, limit) = (LossEstimate.Of(memory, start), LossEstimate.Limit(memory, start));
        var known = PlanPrice.LeastFeasible(memory);
        SolvedPlan[] solved = [.. _route.Around(start)];
        var most = solved.Max(plan => plan.Cost);
        var (best, gain) = solved
            .Select(plan => (Solved: plan, Chance: Chance(plan)))
            .OrderByDescending(one => one.Chance * (most - one.Solved.Cost))
            .Take(MostCandidates)
            .Select(one => (Plan: memory.Repairs.In(start, one.Solved.Formats), one.Chance))
            .Where(one => IsUnknown(one.Plan) && memory.Objective.Fits(one.Plan))
            .Select(one => (one.Plan, Gain: one.Chance * Math.Log(known / PlanPrice.Of(memory, one.Plan))))
            .DefaultIfEmpty()
            .MaxBy(one => one.Gain);
        return gain >= LeastGain ? best : null;

        double Chance(SolvedPlan plan)
        {
            var error = Math.Sqrt(estimate.Variance(plan.Formats) + Math.Pow(LimitError * limit, 2));
            return double.IsInfinity(limit) ? 1 : Normal.Cumulative((limit - plan.Loss) / error);
        }
    }

    // The plan with the least expected loss within the budgets.
    private IEnumerable<IEnumerable<ProposedRound>> Fill(Plan start)
    {
        var budget = memory.Spec.Options.LatencyBudgetMs;
        var most = budget ?? double.MaxValue;
        for (var tried = 0; tried < MostPlans && memory.BudgetLeft > 0; tried++)
        {
            var next = _route.From(start)
                .LastOrDefault(plan => memory.Objective.Fits(plan) && !(memory.Model?.Predict(plan) > most));
            if (next is null || !IsUnknown(next))
            {
                yield break;
            }

            yield return rounds.Of(
                "knapsack: the plan that fills the budget",
                [memory.AccuracyOf(next, ImageScope.Full), memory.LatencyOf(next)],
                later: MostPlans - tried);

            // The fit only partly follows one more observation, so the next plan's limit is tightened by as much as this one missed it.
            most = budget is { } ms && memory.Ms(next) is { } measured && measured > ms && memory.Model is { } model
                ? Math.Min(most, model.Predict(next)) * ms / measured
                : most;
        }
    }

    private bool IsUnknown(Plan plan) =>
        !plan.IsBaseline && !memory.Knows(memory.AccuracyOf(plan, ImageScope.Full)) && !memory.IsRefused(plan);
}
