using Cluster.Coordinator.Search.Strategies.Knapsack;

namespace Cluster.Coordinator.Tests.Search.Strategies;

public sealed class KnapsackSolverTests
{
    private const int Formats = 3;
    private const int Groups = 7;

    [Fact]
    public void Front_TwoGroupsByHand_IsEveryUndominatedPlan()
    {
        // Group 0 loses 1 for 4 saved, group 1 loses 3 for 4 saved; nothing joins them.
        double[] losses = [1, 3];
        var solver = new KnapsackSolver(
            formats => 8 - (4 * formats.Sum()), (group, format) => format * losses[group], (_, _) => true, formats: 2);

        var front = solver.Front([1, 1]);

        front.Select(plan => (string.Concat(plan.Formats), plan.Cost, plan.Loss)).ShouldBe([("11", 0, 4), ("10", 4, 1), ("00", 8, 0)]);
    }

    [Fact]
    public void Around_TwoGroups_IsTheFrontFirstAndEachPlanBesideItOnce()
    {
        double[] losses = [1, 3];
        var solver = new KnapsackSolver(
            formats => 8 - (4 * formats.Sum()), (group, format) => format * losses[group], (_, _) => true, formats: 2);

        var around = solver.Around([1, 1]).Select(plan => string.Concat(plan.Formats)).ToArray();

        around.ShouldBe(["11", "10", "00", "01"]);
    }

    [Fact]
    public void Front_FixedGroup_StaysInBaseline()
    {
        var solver = new KnapsackSolver(formats => 3 - formats.Sum(), (_, format) => format, (group, _) => group != 1, formats: 2);

        solver.Front([1, 0, 1]).ShouldAllBe(plan => plan.Formats[1] == 0);
    }

    [Fact]
    public void Front_RandomChainsWithChangesOfFormat_LosesLittleOfTheBestOfAllPlans()
    {
        for (ulong seed = 0; seed < 40; seed++)
        {
            var (cost, loss) = Chain(seed);
            var solver = new KnapsackSolver(cost, loss, (_, _) => true, Formats);
            var all = All().Select(formats => (Cost: cost(formats), Loss: formats.Select((format, group) => loss(group, format)).Sum()))
                .ToArray();

            var front = solver.Front([.. Enumerable.Repeat(1, Groups)]);

            front.Zip(front.Skip(1)).ShouldAllBe(pair => pair.First.Cost < pair.Second.Cost && pair.First.Loss > pair.Second.Loss);
            var (worst, most) = (all.Max(plan => plan.Loss), all.Max(plan => plan.Cost));
            Area(front.Select(plan => (plan.Cost, plan.Loss)), most, worst)
                .ShouldBeGreaterThan(0.96 * Area(all, most, worst), $"seed {seed}");
        }
    }

    // The area that is dominated, up to the largest cost and loss.
    private static double Area(IEnumerable<(double Cost, double Loss)> plans, double most, double worst)
    {
        var (area, before) = (0.0, worst);
        foreach (var (cost, loss) in plans.OrderBy(plan => plan.Cost).ThenBy(plan => plan.Loss))
        {
            if (loss < before)
            {
                area += (most - cost) * (before - loss);
                before = loss;
            }
        }

        return area;
    }

    private static IEnumerable<int[]> All() => Enumerable.Range(0, (int)Math.Pow(Formats, Groups)).Select(number =>
    {
        var formats = new int[Groups];
        for (var group = 0; group < Groups; group++)
        {
            (number, formats[group]) = Math.DivRem(number, Formats);
        }

        return formats;
    });

    private static (Func<int[], double> Cost, Func<int, int, double> Loss) Chain(ulong seed)
    {
        var random = new SplitMix64(seed);
        double Unit() => random.Below(1 << 20) / (double)(1 << 20);
        var ms = Enumerable.Range(0, Groups).Select(_ => new[] { 1 + Unit(), 0.3 + Unit(), 0.2 + Unit() }).ToArray();
        var nats = Enumerable.Range(0, Groups).Select(_ => Unit() * Unit()).ToArray();
        var edge = 0.4 * Unit();
        return (
            formats => formats.Select((format, group) => ms[group][format]).Sum()
                + (edge * formats.Zip(formats.Skip(1)).Count(pair => pair.First != pair.Second)),
            (group, format) => nats[group] * (format == 2 ? 4 : format));
    }
}
