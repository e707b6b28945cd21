using Cluster.Coordinator.Search.Strategies.Explorations;

namespace Cluster.Coordinator.Tests.Search.Strategies;

public sealed class AnnealTests
{
    // 3 % of FP32's latency at first and 0.1 % at the end: 0.03 * (1/30)^(1/2) = 0.00547723 in the middle.
    [Theory]
    [InlineData(0, 0.03)]
    [InlineData(0.5, 0.005477225575)]
    [InlineData(1, 0.001)]
    public void Temperature_FirstMiddleAndLastStep_IsGeometric(double share, double temperature) =>
        new AnnealOptions().Temperature(share).ShouldBe(temperature, 1e-11);

    [Fact]
    public void Temperature_EachOf48Steps_FallsByTheSameFactor()
    {
        var options = new AnnealOptions();

        // (1 / 30)^(1 / 48) = exp(-3.401197382 / 48)
        Enumerable.Range(1, 48).Select(step => options.Temperature(step / 48.0) / options.Temperature((step - 1) / 48.0))
            .ShouldAllBe(factor => Math.Abs(factor - 0.931593909) < 1e-8);
    }

    // exp(-rise / temperature), by hand.
    [Theory]
    [InlineData(0.03, 0, 0.367879441)] // a rise of the temperature: 1 / e
    [InlineData(0.01, 0, 0.716531311)] // 1 % slower at 3 %: exp(-1/3)
    [InlineData(0.01, 0.5, 0.161098088)] // exp(-1.825742)
    [InlineData(0.01, 1, 0.0000453999298)] // exp(-10)
    [InlineData(0.0005, 1, 0.606530660)] // exp(-1/2)
    [InlineData(0, 1, 1)]
    [InlineData(-0.02, 1, 1)] // better: always
    public void Chance_OfARise_IsMetropolis(double rise, double share, double chance) =>
        new AnnealOptions().Chance(rise, share).ShouldBe(chance, 1e-6);

    [Theory]
    [InlineData(1, 48)]
    [InlineData(8, 48)]
    [InlineData(28, 168)]
    [InlineData(100, 600)]
    [InlineData(54, 324)]
    [InlineData(1000, 600)]
    public void StepsFor_Groups_AreSixEachWithinTheLimits(int groups, int steps) => new AnnealOptions().StepsFor(groups).ShouldBe(steps);

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
