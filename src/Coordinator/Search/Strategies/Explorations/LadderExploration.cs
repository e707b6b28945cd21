namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// The ladder that NVIDIA recommends (Wu et al. 2020, "Integer quantization for deep learning inference", section 6): post-training
/// quantization of everything; if that is not accurate enough, partial quantization, which keeps layers in floating point, the most
/// sensitive one first, until it is; if even that fails, quantization-aware training, which is the step after the search. Sensitivity is
/// each group's alone, ranked once: nothing is priced, ranked again or reverted. If formats between the start's and FP32 are offered, the
/// groups get those first, in the same order.
/// </summary>
internal sealed class LadderExploration(SearchMemory memory, StagedEvaluation stages) : IExploration
{
    public IEnumerable<ProposedRound> Explore(Plan start) => Parts(start).InTurn();

    private IEnumerable<IEnumerable<ProposedRound>> Parts(Plan start)
    {
        if (memory.IsFeasible(start))
        {
            yield break;
        }

        foreach (var rungs in Rungs(start).Chunk(SkipMoves.PerRound))
        {
            yield return stages.Of("ladder: the most sensitive groups in FP32", rungs, later: 8);

            if (memory.BudgetLeft == 0 || rungs.Any(memory.IsFeasible))
            {
                yield break;
            }
        }
    }

    /// <inheritdoc/>
    public int Most(Plan start) => memory.Full(start) is not null && memory.IsFeasible(start)
        ? 0
        : 2 * Math.Max(0, start.QuantizedCount * (memory.Formats.Count - 1) - 1);

    // Each rung puts one more group into the next format, and into FP32 up to all but one. Groups without a sweep result come last, in the
    // network's order.
    private IEnumerable<Plan> Rungs(Plan start)
    {
        var kl = memory.Sensitivity?.Groups.ToDictionary(group => group.Group, group => group.Kl, StringComparer.Ordinal) ?? [];
        int[] ranked =
        [
            .. Enumerable.Range(0, start.Groups.Count)
                .Where(group => !start.Groups[group].Format.IsBaseline)
                .OrderByDescending(group => kl.GetValueOrDefault(start.Groups[group].Group)),
        ];
        var coarsest = start.Groups.Select(group => group.Format).Where(format => !format.IsBaseline).Max(Variance);
        var between = memory.Formats.All.Skip(1).Where(format => Variance(format) < coarsest).OrderByDescending(Variance).ToArray();
        var foot = start;
        foreach (var format in between)
        {
            for (var count = 1; count <= ranked.Length; count++)
            {
                yield return memory.Repairs.In(foot, ranked[..count], format);
            }

            foot = memory.Repairs.In(foot, ranked, format);
        }

        for (var count = 1; count < ranked.Length; count++)
        {
            yield return foot.With(ranked[..count], GroupDecision.Baseline);
        }
    }

    private static double Variance(GroupFormat format) => format.RoundingVariance;
}
