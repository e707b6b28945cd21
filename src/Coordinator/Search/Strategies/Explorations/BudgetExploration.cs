namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// Finds the most accurate plan within budgets. Starting from a plan within them, the groups that lose most for their cost get a finer
/// format until nothing more fits: by the sweep's losses and the cost model, without an evaluation. That plan is measured; if it is too
/// slow, the refitted model leads to another. Then groups are exchanged as long as that lowers the divergence from FP32.
/// </summary>
internal sealed class BudgetExploration(SearchMemory memory, Rounds rounds) : IExploration
{
    private const int Refits = 3;
    private const int Exchanges = 6;

    /// <inheritdoc/>
    public int Most(Plan start) => Refits + (Exchanges * (SkipMoves.PerRound + 2));

    public IEnumerable<ProposedRound> Explore(Plan start) => Parts(start).InTurn();

    private IEnumerable<IEnumerable<ProposedRound>> Parts(Plan start)
    {
        var walk = new FrontWalk(memory);
        var current = start;
        var most = memory.Spec.Options.LatencyBudgetMs ?? double.MaxValue;
        for (var fit = 0; fit < Refits && memory.BudgetLeft > 0; fit++)
        {
            var end = walk.From(start, plan => memory.Objective.Fits(plan) && !(memory.Model?.Predict(plan) > most)).LastOrDefault(start);
            yield return rounds.Of(
                "budget: the plan that fills it", [memory.AccuracyOf(end, ImageScope.Full), memory.LatencyOf(end)], later: 12);

            current = memory.Objective.Fits(end) && memory.Full(end) is not null ? end : current;
            if (current.Equals(end))
            {
                break;
            }

            // The fit only partly follows one more observation, so the next plan's limit is tightened by as much as this one missed it.
            most = memory.Ms(end) is { } ms && memory.Model is { } model
                ? Math.Min(most, model.Predict(end)) * memory.Spec.Options.LatencyBudgetMs / ms ?? most
                : most;
        }

        yield return Exchange(walk, current).InTurn();
    }

    // Labels of a few hundred images hardly distinguish groups, KL does.
    private IEnumerable<IEnumerable<ProposedRound>> Exchange(FrontWalk walk, Plan current)
    {
        var scope = EvaluationSubset.Of(memory);
        for (var exchange = 0; exchange < Exchanges && memory.BudgetLeft > 0; exchange++)
        {
            var candidates = walk.Exchanges(current)
                .Where(plan => memory.Objective.Fits(plan) && !memory.Knows(memory.AccuracyOf(plan, scope)))
                .Take(Math.Min(SkipMoves.PerRound, memory.BudgetLeft))
                .ToArray();
            var items = candidates.Prepend(current).Select(plan => memory.AccuracyOf(plan, scope)).Take(memory.BudgetLeft);
            yield return rounds.Of("budget: which groups to exchange", items, later: 8);

            var best = candidates
                .Where(plan => memory.Accuracy(plan, scope) is not null)
                .OrderBy(plan => memory.Accuracy(plan, scope)!.Kl)
                .ThenBy(plan => plan, memory.Simplest)
                .FirstOrDefault();
            if (best is null || !(memory.Accuracy(best, scope)!.Kl < memory.Accuracy(current, scope)?.Kl))
            {
                yield break;
            }

            current = best;
            yield return rounds.Of(
                "budget: the best on all images",
                new[] { memory.AccuracyOf(best, ImageScope.Full) }.Take(memory.BudgetLeft),
                later: 8);
        }
    }
}
