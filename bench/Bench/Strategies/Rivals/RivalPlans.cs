using Cluster.Coordinator.Model.Options;
using Cluster.Plans;

namespace Cluster.Bench.Strategies.Rivals;

/// <summary>The plans that other tools look at. Groups are numbers in the order of the network.</summary>
internal static class RivalPlans
{
    /// <summary>All groups.</summary>
    public static IEnumerable<int> Groups(Race race) => Enumerable.Range(0, race.Track.Start.Groups.Count);

    /// <summary>These groups in floating point, the others in 8 bits.</summary>
    public static Plan Float(Race race, IEnumerable<int> groups) => race.Track.Start.With(groups, GroupDecision.Baseline);

    /// <summary>These groups in 8 bits, the others in floating point.</summary>
    public static Plan Quantized(Race race, params int[] groups) => Float(race, Groups(race).Except(groups));

    /// <summary>Looks at plans with one group after the other in floating point, all but the last, until one is within the bound.</summary>
    public static void Accumulate(Race race, IReadOnlyList<int> order)
    {
        for (var count = 1; count < order.Count; count++)
        {
            if (race.Look(Float(race, order.Take(count))) <= race.Bound)
            {
                return;
            }
        }
    }

    /// <summary>
    /// Looks for the first plan within the bound by bisection, as if each plan lost less than the one before it. The last plan counts as
    /// within it. A search for the front looks at all of them.
    /// </summary>
    public static void Bisect(Race race, IReadOnlyList<Plan> plans)
    {
        if (race.Goal == SearchGoal.Front)
        {
            foreach (var plan in plans)
            {
                race.Look(plan);
            }

            return;
        }

        for (var (low, high) = (0, plans.Count - 1); low < high;)
        {
            var middle = (low + high) / 2;
            (low, high) = race.Look(plans[middle]) <= race.Bound ? (low, middle) : (middle + 1, high);
        }
    }

    /// <summary>
    /// Every solution of "the largest sum of gains whose sum of losses is within a budget", from the largest budget to none: the integer
    /// program that tools give to a solver, by enumeration.
    /// </summary>
    /// <param name="gains">What each group in 8 bits gains.</param>
    /// <param name="losses">What it loses.</param>
    public static IReadOnlyList<Plan> Solutions(Race race, double[] gains, double[] losses)
    {
        var choices = Enumerable.Range(0, 1 << gains.Length)
            .Select(mask => Enumerable.Range(0, gains.Length).Where(group => (mask >> group & 1) != 0).ToArray())
            .Select(groups => (Groups: groups, Gain: groups.Sum(group => gains[group]), Loss: groups.Sum(group => losses[group])))
            .OrderByDescending(choice => choice.Gain)
            .ThenBy(choice => choice.Loss);
        var (least, solutions) = (double.PositiveInfinity, new List<Plan>());
        foreach (var (groups, _, loss) in choices.Where(choice => choice.Gain >= 0))
        {
            if (loss < least)
            {
                least = loss;
                solutions.Add(Quantized(race, groups));
            }
        }

        return solutions;
    }
}
