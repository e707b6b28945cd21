using Cluster.Coordinator.Search.Strategies.Fronts;

namespace Cluster.Coordinator.Tests.Search.Strategies.Fronts;

/// <summary>What a search for the front finds of the front of all plans, on networks that are small enough to know it.</summary>
[Long]
public sealed class FrontTests
{
    private const int MostGroups = 9;

    [Theory]
    [InlineData(StrategyKind.Greedy)]
    [InlineData(StrategyKind.Knapsack)]
    public async Task Run_RandomNetworks_ComesWithinOneInAHundredOfTheFrontOfAllPlans(StrategyKind strategy)
    {
        var shares = new List<double>();
        var networks = Enumerable.Range(1, 40).Select(seed => Networks.Random((ulong)seed));
        foreach (var drawn in networks.Where(network => network.Count <= MostGroups))
        {
            var network = Asking(drawn with { Images = 10_000 }, strategy);
            var journal = new MemoryJournal();

            await Jobs.RunAsync(network, journal);

            var all = All(network).Select(plan => Point(network, plan)).ToArray();
            var reference = DominatedArea.ReferenceOf(all);
            var looks = Looks(journal).Select(plan => Point(network, plan)).ToArray();
            shares.Add(Area(reference, looks) / Area(reference, all));
            looks.Length.ShouldBeLessThanOrEqualTo(48);
        }

        shares.Count.ShouldBeGreaterThan(5);
        shares.Average().ShouldBeGreaterThan(0.99);
        shares.Min().ShouldBeGreaterThan(0.96);
    }

    [Fact]
    public async Task Run_NothingIsLostInEightBits_LooksAtNoPlanForTheFront()
    {
        // No plan is more accurate than the fastest: the front is one point, and it is known.
        var network = Asking(Networks.Easy with { Damage = [.. Enumerable.Repeat(0.0, 8)] }, StrategyKind.Greedy);
        var journal = new MemoryJournal();

        await Jobs.RunAsync(network, journal);

        journal.Events.OfType<RoundProposed>()
            .ShouldNotContain(round => round.Purpose.StartsWith("front: plans", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ManyGroups_EndsWithinItsEvaluations()
    {
        var random = new SplitMix64(5);
        double Unit() => random.Below(1 << 20) / (double)(1 << 20);
        var network = Asking(
            new SyntheticNetwork
            {
                Damage = [.. Enumerable.Range(0, 40).Select(_ => 0.002 * Unit() * Unit())],
                Float32Ms = [.. Enumerable.Range(0, 40).Select(_ => 0.2 + Unit())],
                Int8Ms = [.. Enumerable.Range(0, 40).Select(_ => 0.1 + (0.7 * Unit()))],
                EdgeMs = 0.1,
                Images = 10_000,
            },
            StrategyKind.Greedy);
        var journal = new MemoryJournal();

        var outcome = await Jobs.RunAsync(network, journal);

        Looks(journal).Count().ShouldBeLessThanOrEqualTo(40);
        outcome.Result.Front.Count.ShouldBeGreaterThan(8);
    }

    private static SyntheticNetwork Asking(SyntheticNetwork network, StrategyKind strategy) =>
        network.Choosing(options => options with { Goal = SearchGoal.Front, Strategy = strategy, Methods = ["mse"] });

    private static IEnumerable<Plan> All(SyntheticNetwork network)
    {
        string[] groups = [.. network.Space.Groups.Select(group => group.Name)];
        var int8 = Plan.Uniform(GroupFormat.Int8, network.Spec.Options.Target, groups, "mse", biasCorrection: true);
        return Enumerable.Range(0, 1 << groups.Length).Select(kept => int8.With(
            [.. Enumerable.Range(0, groups.Length).Where(group => (kept >> group & 1) != 0)], GroupDecision.Baseline));
    }

    private static IEnumerable<Plan> Looks(MemoryJournal journal) => journal.Proposed
        .OfType<AccuracyItem>()
        .Where(item => item.Images.IsFull)
        .Select(item => item.Plan);

    private static (double Time, double Drop) Point(SyntheticNetwork network, Plan plan) =>
        (network.MsOf(plan), 1 - ((double)network.Accuracy(plan, ImageScope.Full).Correct / network.Images));

    private static double Area((double Time, double Drop) reference, IEnumerable<(double Time, double Drop)> points)
    {
        var area = new DominatedArea(reference);
        foreach (var point in points)
        {
            area.Add(point);
        }

        return area.Area;
    }
}
