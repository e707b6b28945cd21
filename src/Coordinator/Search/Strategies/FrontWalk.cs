namespace Cluster.Coordinator.Search.Strategies;

/// <summary>A sequence of plans, each giving groups of the previous one a finer format, based only on predictions.</summary>
internal sealed class FrontWalk(SearchMemory memory)
{
    private readonly SkipMoves _moves = new(memory);
    private readonly FormatLoss _loss = new(memory);

    /// <summary>
    /// The plans after <paramref name="start"/>: each takes the allowed step with the best expected KL for its cost. Ends when no allowed
    /// step recovers anything.
    /// </summary>
    public IEnumerable<Plan> From(Plan start, Func<Plan, bool> allows)
    {
        var current = start;
        while (_moves.Best(current).FirstOrDefault(plan => Recovers(current, plan) && allows(plan)) is { } next)
        {
            yield return next;
            current = next;
        }
    }

    /// <summary>
    /// Plans in which two groups exchange their formats, least expected loss first, limited to those expected to lose less or little more.
    /// </summary>
    public IEnumerable<Plan> Exchanges(Plan current)
    {
        var formats = memory.Formats.NumbersOf(current);
        var free = Enumerable.Range(0, formats.Length).Where(memory.Choice.MayQuantize).ToArray();
        return from finer in free
               from coarser in free
               where memory.MayBe(finer, formats[coarser]) && memory.MayBe(coarser, formats[finer])
               where _loss.IsFiner(than: formats[finer], formats[coarser])
               let gain = _loss.Of(finer, formats[finer]) + _loss.Of(coarser, formats[coarser])
                   - _loss.Of(finer, formats[coarser]) - _loss.Of(coarser, formats[finer])
               orderby gain descending, finer, coarser
               select current
                   .With([finer], _ => In(current, finer, formats[coarser]))
                   .With([coarser], _ => In(current, coarser, formats[finer]));
    }

    private GroupDecision In(Plan current, int group, int format) => current.Groups[group] is { Format.IsBaseline: false } decision
        ? memory.Repairs.In(decision, group, memory.Formats.All[format])
        : memory.Repairs.In(
            GroupDecision.In(GroupFormat.Baseline, current.Groups[group].Group, Calibrator(current), biasCorrection: true),
            group,
            memory.Formats.All[format]);

    private static string Calibrator(Plan plan) => plan.Groups.First(group => !group.Format.IsBaseline).Calibrator;

    private bool Recovers(Plan from, Plan to) => _loss.Sum(memory.Formats.NumbersOf(to)) < _loss.Sum(memory.Formats.NumbersOf(from));
}
