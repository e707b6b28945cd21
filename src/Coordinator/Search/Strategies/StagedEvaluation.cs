namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Evaluates plans first on a part of the images, and on all of them only where that may matter: accepting a plan takes all images,
/// refusing it seldom does.
/// </summary>
internal sealed class StagedEvaluation(SearchMemory memory, Rounds rounds)
{
    /// <summary>The rounds that evaluate plans, as many as the budget allows: on all images those that may be accurate enough.</summary>
    public IEnumerable<ProposedRound> Of(string purpose, IEnumerable<Plan> plans, int later)
    {
        Plan[] all = [.. plans.Take(memory.BudgetLeft)];
        return At(purpose, all, () => all.Where(plan => !memory.IsRefused(plan)).Take(memory.BudgetLeft), decisive: null, later).InTurn();
    }

    /// <summary>The rounds that evaluate plans, whatever the budget: on all images the best of them.</summary>
    public IEnumerable<ProposedRound> AtBest(string purpose, IEnumerable<Plan> plans, Func<IEnumerable<Plan>> best, int later)
    {
        Plan[] all = [.. plans];
        return At(purpose, all, Part.IsFull ? () => all : best, best, later).InTurn();
    }

    // A front shows every plan's accuracy, and no bound refuses a plan where the most accurate is looked for.
    private ImageScope Part => memory.Objective.Goal == SearchGoal.Fastest ? EvaluationSubset.Of(memory) : ImageScope.Full;

    private IEnumerable<IEnumerable<ProposedRound>> At(
        string purpose, Plan[] plans, Func<IEnumerable<Plan>> onAll, Func<IEnumerable<Plan>>? decisive, int later)
    {
        var part = Part;
        if (!part.IsFull)
        {
            var unseen = plans.Where(plan => memory.Full(plan) is null).Select(plan => memory.AccuracyOf(plan, part));
            yield return rounds.Of($"{purpose}, on {part.Count} images", unseen, later + plans.Length);
        }

        var full = onAll().Select(plan => memory.AccuracyOf(plan, ImageScope.Full));
        yield return rounds.Of(purpose, full, later, decisive);
    }
}
