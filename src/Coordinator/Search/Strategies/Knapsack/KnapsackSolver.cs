namespace Cluster.Coordinator.Search.Strategies.Knapsack;

/// <summary>
/// Finds plans that no other is predicted to beat in both cost and loss. For each price of a nat in a range, it descends loss + price ·
/// cost (Lagrangian relaxation, Everett 1963: a result is optimal for its own cost if the descent is optimal); the gap between two of these
/// plans is filled group by group, best ratio first. A step of a descent changes a run of neighbouring groups, because a change of format
/// between two groups may cost more than one group saves.
/// </summary>
/// <param name="cost">Gives the cost of the formats of all groups, by number.</param>
/// <param name="loss">Gives the loss of a group in a format, by number; 0 in the baseline, 0.</param>
/// <param name="mayBe">Whether a group may change to the format of a number.</param>
/// <param name="formats">Number of formats, including the baseline.</param>
internal sealed class KnapsackSolver(Func<int[], double> cost, Func<int, int, double> loss, Func<int, int, bool> mayBe, int formats)
{
    // Prices are halved and doubled around the one at which the whole network is indifferent.
    private const int Octaves = 10;
    private const int LongestRun = 6;
    private const int LongestDescent = 200;

    private static readonly Comparer<SolvedPlan> ByFormats =
        Comparer<SolvedPlan>.Create((x, y) => string.CompareOrdinal(string.Concat(x.Formats), string.Concat(y.Formats)));

    /// <summary>The plans, cheapest first, each losing less than the one before it.</summary>
    /// <param name="coarsest">One start of the descents; the other is the baseline.</param>
    public IReadOnlyList<SolvedPlan> Front(int[] coarsest)
    {
        var (first, last) = (Solved(coarsest), Solved(new int[coarsest.Length]));
        var unit = Math.Abs(first.Loss - last.Loss) / Math.Max(double.Epsilon, Math.Abs(last.Cost - first.Cost));
        var found = new List<SolvedPlan> { first, last };
        foreach (var seed in new[] { first, last })
        {
            var at = seed;
            for (var octave = -Octaves; octave <= Octaves && unit > 0; octave++)
            {
                // From the coarse end the price of a nat rises step by step, from the fine end it falls.
                at = Descend(at, unit * Math.ScaleB(1, seed == first ? -octave : octave), found);
            }
        }

        var hull = Undominated(found);
        return Undominated(hull.Zip(hull.Skip(1)).SelectMany(pair => Between(pair.First, pair.Second)).Concat(hull));
    }

    /// <summary>The same plans and all that differ from one of them by a run of neighbouring groups, each once.</summary>
    public IEnumerable<SolvedPlan> Around(int[] coarsest)
    {
        var front = Front(coarsest);
        return front.Concat(front.SelectMany(Neighbours)).DistinctBy(plan => string.Join(',', plan.Formats), StringComparer.Ordinal);
    }

    private static IReadOnlyList<SolvedPlan> Undominated(IEnumerable<SolvedPlan> plans) =>
        ParetoFront.Of(plans.Select(plan => (plan, plan.Loss, plan.Cost)), ByFormats);

    private SolvedPlan Solved(int[] plan) => new(plan, cost(plan), plan.Select((format, group) => loss(group, format)).Sum());

    private SolvedPlan Descend(SolvedPlan from, double price, List<SolvedPlan> found)
    {
        double Value(SolvedPlan plan) => plan.Loss + (price * plan.Cost);
        for (var step = 0; step < LongestDescent; step++)
        {
            var best = Neighbours(from).MinBy(Value);
            if (best is null || !(Value(best) < Value(from)))
            {
                break;
            }

            from = best;
            found.Add(best);
        }

        return from;
    }

    private IEnumerable<SolvedPlan> Neighbours(SolvedPlan plan)
    {
        for (var format = 0; format < formats; format++)
        {
            for (var begin = 0; begin < plan.Formats.Length; begin++)
            {
                var changed = (int[])plan.Formats.Clone();
                for (var end = begin; end < Math.Min(plan.Formats.Length, begin + LongestRun); end++)
                {
                    if (changed[end] != format && mayBe(end, format))
                    {
                        changed[end] = format;
                        yield return Solved((int[])changed.Clone());
                    }
                }
            }
        }
    }

    // Starting at the cheaper plan, groups take the dearer one's formats, one at a time.
    private IEnumerable<SolvedPlan> Between(SolvedPlan cheap, SolvedPlan dear)
    {
        var at = cheap;
        while (true)
        {
            var next = Enumerable.Range(0, at.Formats.Length)
                .Where(group => at.Formats[group] != dear.Formats[group])
                .Select(group =>
                {
                    var changed = (int[])at.Formats.Clone();
                    changed[group] = dear.Formats[group];
                    return Solved(changed);
                })
                .Where(plan => plan.Loss < at.Loss)
                .MaxBy(plan => (at.Loss - plan.Loss) / Math.Max(double.Epsilon, plan.Cost - at.Cost));
            if (next is null)
            {
                yield break;
            }

            yield return next;
            at = next;
        }
    }
}

/// <summary>A predicted plan.</summary>
/// <param name="Formats">The number of each group's format.</param>
/// <param name="Cost">Its predicted use of the scarce resource.</param>
/// <param name="Loss">Its predicted loss, in nats of KL.</param>
internal sealed record SolvedPlan(int[] Formats, double Cost, double Loss);
