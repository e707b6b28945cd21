using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;

namespace Cluster.Coordinator.Search.Strategies.Explorations;

/// <summary>
/// The front of accuracy and latency: the plans on a route from the fully quantized one to FP32 are looked at where the front is known
/// least, first evenly, then between the neighbours that span the largest rectangle of milliseconds and accuracy.
/// </summary>
/// <param name="route">From a start on, cheapest first; asked again for each round.</param>
internal sealed class FrontExploration(SearchMemory memory, Rounds rounds, Func<Plan, IEnumerable<Plan>> route) : IExploration
{
    private const int Usual = 24;
    private const int PerRound = 4;

    /// <inheritdoc/>
    public int Most(Plan start) => Plans();

    public IEnumerable<ProposedRound> Explore(Plan start)
    {
        var path = Path(start);
        var first = Enumerable.Range(1, PerRound).Select(i => path[i * (path.Length - 1) / (PerRound + 1)]);
        var (left, looks) = (Plans(), Look(first));
        while (left > 0 && looks.Length > 0)
        {
            left -= looks.Length;
            foreach (var round in rounds.Of("front: plans between those that are known", looks.Select(Full), later: left))
            {
                yield return round;
            }

            path = Path(start);
            looks = Look(Gaps(path)).Take(left).ToArray();
        }
    }

    private Plan[] Path(Plan start) => [.. route(start).Prepend(start).Append(memory.Baseline).Distinct()];

    private int Plans() => memory.Spec.Options.BudgetEvaluations is null ? Usual : memory.BudgetLeft;

    private Work.AccuracyItem Full(Plan plan) => memory.AccuracyOf(plan, ImageScope.Full);

    private Plan[] Look(IEnumerable<Plan> plans) =>
        [.. plans.Distinct().Where(plan => !memory.Knows(Full(plan))).Take(Math.Min(PerRound, memory.BudgetLeft))];

    // The middles of the stretches between plans that are known, the largest rectangle first.
    private IEnumerable<Plan> Gaps(Plan[] path)
    {
        var known = Enumerable.Range(0, path.Length).Where(i => memory.Full(path[i]) is not null).ToArray();
        return known.Zip(known.Skip(1))
            .Where(gap => gap.Second - gap.First > 1)
            .OrderByDescending(gap => Area(path[gap.First], path[gap.Second]))
            .ThenByDescending(gap => gap.Second - gap.First)
            .ThenBy(gap => gap.First)
            .Select(gap => path[(gap.First + gap.Second) / 2]);
    }

    private double Area(Plan x, Plan y) =>
        Math.Abs(PlanPrice.Of(memory, x) - PlanPrice.Of(memory, y)) * Math.Abs(memory.Full(x)!.Correct - memory.Full(y)!.Correct);
}
