using Cluster.Simulation.Disorder;

namespace Cluster.Coordinator.Tests;

/// <summary>Any order, losses, repeats and crashes of results leave the decisions of a job as they are.</summary>
public sealed class DisorderTests
{
    private const int Seeds = 6;

    public static TheoryData<StrategyKind> Strategies => [.. Enum.GetValues<StrategyKind>()];

    [Theory]
    [MemberData(nameof(Strategies))]
    public async Task InDisorder_AnySeed_DecidesAsInOrder(StrategyKind strategy)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var job = new DisorderedJob(DisorderNetwork.For(strategy));
        var expected = await job.InOrderAsync(cancellation);

        var sum = new DisorderCounts(0, 0, 0, 0);
        for (var seed = 0UL; seed < Seeds; seed++)
        {
            var (decisions, counts) = await job.InDisorderAsync(seed, cancellation);

            decisions.ShouldBe(expected, $"seed {seed}");
            sum += counts;
        }

        // How much of each there is depends on the scheduler, that there is some does not.
        (sum.Lost + sum.Crashes).ShouldBeGreaterThan(0);
    }
}
