using Cluster.Coordinator.Model;
using Cluster.Coordinator.Search.Strategies.Knapsack;
using Cluster.Plans;

namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// Solves for plans instead of walking to them: one sweep's losses of all groups and formats and the latency model's milliseconds determine
/// the plan that fills a bound or a budget. It is measured on all images, its loss corrects the estimates, and the next plan is solved for,
/// until every plan predicted to be better is measured.
/// </summary>
internal sealed class KnapsackExploration(SearchMemory memory, Rounds rounds) : IExploration
{
    private const int MostPlans = 12;

    // The number of consecutive refused plans after which it gives up, and the expected loss allowed beyond the bound, with its steps.
    private const int MostRefused = 5;
    private const double MostSlack = 2;
    private const double Step = 1.15;

    private readonly KnapsackRoute _route = new(memory);

    /// <inheritdoc/>
    public int Most(Plan start) => 2 * MostPlans;

    public IEnumerable<ProposedRound> Explore(Plan start) => memory.Objective.IsMostAccurate ? Fill(start)
        : memory.IsFeasible(start) ? []
        : Fasten(start);

    // The fastest plan that is expected to be accurate enough, as long as it is faster than the fastest known one. Expectations are inexact
    // for single plans: if nothing is left within the bound, somewhat more is allowed, until several plans in a row are refused.
    private IEnumerable<ProposedRound> Fasten(Plan start)
    {
        var (slack, refused) = (1.0, 0);
        for (var looks = 0; looks < MostPlans && refused < MostRefused && slack < MostSlack && memory.BudgetLeft > 0;)
        {
            var limit = slack * LossEstimate.Limit(memory, start);
            var known = memory.FullPlans.Where(memory.IsFeasible)
                .Select(plan => PlanPrice.Of(memory, plan))
                .DefaultIfEmpty(double.MaxValue)
                .Min();
            var next = _route.From(start)
                .Where(solved => solved.Predicted.Loss <= limit && IsUnknown(solved.Plan) && memory.Objective.Fits(solved.Plan))
                .Select(solved => solved.Plan)
                .FirstOrDefault(plan => PlanPrice.Of(memory, plan) < known);
            if (next is null)
            {
                slack *= Step;
                continue;
            }

            foreach (var round in rounds.Of(
                "knapsack: the fastest plan expected to be accurate enough",
                [memory.AccuracyOf(next, ImageScope.Full)],
                later: MostPlans - looks))
            {
                yield return round;
            }

            looks++;
            refused = memory.IsFeasible(next) ? 0 : refused + 1;
        }
    }

    // The plan with the least expected loss within the budgets.
    private IEnumerable<ProposedRound> Fill(Plan start)
    {
        var budget = memory.Spec.Options.LatencyBudgetMs;
        var most = budget ?? double.MaxValue;
        for (var looks = 0; looks < MostPlans && memory.BudgetLeft > 0; looks++)
        {
            var next = _route.From(start)
                .Select(solved => solved.Plan)
                .LastOrDefault(plan => memory.Objective.Fits(plan) && !(memory.Model?.Predict(plan) > most));
            if (next is null || !IsUnknown(next))
            {
                yield break;
            }

            foreach (var round in rounds.Of(
                "knapsack: the plan that fills the budget",
                [memory.AccuracyOf(next, ImageScope.Full), memory.LatencyOf(next)],
                later: MostPlans - looks))
            {
                yield return round;
            }

            // The fit only partly follows one more observation, so the next plan's limit is tightened by as much as this one missed it.
            most = budget is { } ms && memory.Ms(next) is { } measured && measured > ms && memory.Model is { } model
                ? Math.Min(most, model.Predict(next)) * ms / measured
                : most;
        }
    }

    private bool IsUnknown(Plan plan) => !plan.IsBaseline && !memory.Knows(memory.AccuracyOf(plan, ImageScope.Full));
}
