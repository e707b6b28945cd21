namespace Cluster.Coordinator.Tests.Search.Strategies;

public sealed class AnnealTests
{
    [Theory]
    [InlineData(TemperatureSchedule.Exponential, 0.5, 0.1)]
    [InlineData(TemperatureSchedule.Cosine, 0.5, 0.505)]
    [InlineData(TemperatureSchedule.Step, 0.124, 1.0)]
    [InlineData(TemperatureSchedule.Step, 0.126, 0.517947)]
    internal void At_PartOfTheWay_IsAsComputedByHand(TemperatureSchedule schedule, double share, double expected) =>
        schedule.At(share, start: 1, end: 0.01).ShouldBe(expected, 1e-6);

    [Theory]
    [InlineData(TemperatureSchedule.Exponential)]
    [InlineData(TemperatureSchedule.Cosine)]
    [InlineData(TemperatureSchedule.Step)]
    internal void At_WholeWay_FallsFromStartToEnd(TemperatureSchedule schedule)
    {
        var temperatures = Enumerable.Range(0, 101).Select(i => schedule.At(i / 100.0, 0.03, 0.001)).ToArray();

        temperatures[0].ShouldBe(0.03, 1e-12);
        temperatures[^1].ShouldBe(0.001, 1e-12);
        temperatures.ShouldBeInOrder(SortDirection.Descending);
    }

    [Fact]
    public async Task Run_EverySchedule_IsTheWalkThatItsTemperaturesMake()
    {
        // What is asked for and in which order follows from the temperatures alone: the seed is the same.
        var walks = new List<string>();
        foreach (var schedule in Enum.GetValues<TemperatureSchedule>())
        {
            var asked = new List<string>();
            for (var seed = 1UL; seed <= 5; seed++)
            {
                var network = Networks.Random(seed);
                var spec = network.Spec.Choosing(
                    options => options with { Strategy = StrategyKind.Anneal, AnnealSchedule = schedule });
                var journal = new MemoryJournal();
                await Jobs.RunAsync(network with { Spec = spec }, journal: journal);
                asked.AddRange(journal.Events.OfType<RoundProposed>()
                    .SelectMany(round => round.Items).Select(item => item.Id));
            }

            walks.Add(CanonicalJson.Digest(asked));
        }

        walks.ShouldBeUnique();
    }

    [Fact]
    public async Task Run_RandomNetworks_IsAsGoodAsGreedyOrBetter()
    {
        var ratios = new List<double>();
        for (var seed = 1UL; seed <= 16; seed++)
        {
            var network = Networks.Random(seed);
            var greedy = await Jobs.RunAsync(network);
            var annealed = await Jobs.RunAsync(
                network.Choosing(options => options with { Strategy = StrategyKind.Anneal }));

            ratios.Add(network.MsOf(annealed.Winner.Plan) / network.MsOf(greedy.Winner.Plan));
        }

        // Below 1, annealing found the faster plan. On one of these networks it ends 9 % above greedy: its model was fitted to others.
        ratios.Average().ShouldBeLessThanOrEqualTo(1.001, string.Join(' ', ratios));
        ratios.Max().ShouldBeLessThan(1.1, string.Join(' ', ratios));
    }
}
