namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// The greedy strategy. If the fully quantized plan is accurate enough there is nothing to explore. Otherwise it gives groups a finer
/// format, up to the baseline's, best ratio of recovered KL to added milliseconds first, until a plan is accurate enough, and then reverts
/// what was not needed.
/// </summary>
internal sealed class GreedyExploration(SearchMemory memory, StagedEvaluation stages, Rounds rounds) : IExploration
{
    // Items that usually follow the skips.
    private const int LaterThanSkips = 8;

    private Plan? _current;

    public IEnumerable<ProposedRound> Explore(Plan start) => memory.IsFeasible(start) ? [] : Skip(start).InTurn();

    /// <inheritdoc/>
    /// <remarks>
    /// Every round puts one more group into a finer format; on the way back each group is tried once, on a part of the images and on all.
    /// </remarks>
    public int Most(Plan start)
    {
        if (_current is null && memory.Full(start) is not null && memory.IsFeasible(start))
        {
            return 0;
        }

        var formats = memory.Formats.Count - 1;
        var skips = Math.Max(0, ((_current ?? start).QuantizedCount - 1) * formats);
        return (skips * (SkipMoves.PerRound + 2)) + (2 * start.QuantizedCount * formats);
    }

    private IEnumerable<IEnumerable<ProposedRound>> Skip(Plan start)
    {
        var moves = new SkipMoves(memory);
        var scope = EvaluationSubset.Of(memory);
        var current = start;
        while (true)
        {
            var candidates = moves.Best(current)
                .Where(memory.Objective.Fits)
                .Take(Math.Min(SkipMoves.PerRound, memory.BudgetLeft))
                .ToArray();
            if (candidates.Length == 0)
            {
                yield break;
            }

            var items = candidates.Prepend(current).Select(plan => memory.AccuracyOf(plan, scope)).Take(memory.BudgetLeft);
            yield return rounds.Of("skips: which group to leave in FP32", items, later: moves.Likely(current) + LaterThanSkips);

            if (moves.Winner(current, candidates, scope) is not { } next)
            {
                yield break;
            }

            _current = current = next;
            if (memory.CanBeFeasible(current, scope) && memory.BudgetLeft > 0)
            {
                yield return rounds.Of(
                    "skips: the best on all images",
                    [memory.AccuracyOf(current, ImageScope.Full)],
                    later: moves.Likely(current) + LaterThanSkips);
            }

            if (!memory.IsFeasible(current))
            {
                continue;
            }

            yield return WalkBack(start, current).InTurn();

            // Each evaluation enlarges the selection correction: if that leaves nothing accurate enough, skipping continues.
            if (IsAnswered())
            {
                yield break;
            }
        }
    }

    private bool IsAnswered() => memory.FullPlans.Any(plan => !plan.IsBaseline && memory.IsFeasible(plan));

    /// <summary>
    /// Quantizes skipped groups again, one at a time: groups that were skipped later may have made an earlier skip unnecessary.
    /// </summary>
    private IEnumerable<IEnumerable<ProposedRound>> WalkBack(Plan start, Plan current)
    {
        while (memory.BudgetLeft > 0)
        {
            var candidates = SkipMoves.Back(memory, start, current)
                .Where(plan => !memory.IsRefused(plan))
                .Take(Math.Min(SkipMoves.PerRound, memory.BudgetLeft))
                .ToArray();
            if (candidates.Length == 0)
            {
                yield break;
            }

            yield return stages.Of("walk-back: which group can be quantized again", candidates, later: 6);

            var kept = candidates
                .Where(memory.IsFeasible)
                .OrderBy(plan => memory.Model?.Predict(plan) ?? 0)
                .ThenBy(plan => memory.Full(plan)!.Loss)
                .ThenBy(plan => plan, memory.Simplest)
                .FirstOrDefault();
            current = kept ?? current;
        }
    }
}
