namespace Cluster.Coordinator.Tests.Search.Strategies;

public sealed class AnnealTests
{
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
