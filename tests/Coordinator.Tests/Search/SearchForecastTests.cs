namespace Cluster.Coordinator.Tests.Search;

public sealed class SearchForecastTests
{
    public static TheoryData<StrategyKind, SearchGoal?> Searches => new(
        Enum.GetValues<StrategyKind>().Select(strategy => (strategy, (SearchGoal?)null))
            .Append((StrategyKind.Knapsack, SearchGoal.Accurate))
            .Append((StrategyKind.Knapsack, SearchGoal.Front)));

    [Theory]
    [MemberData(nameof(Searches))]
    public async Task Of_AnySearch_IsNotExceeded(StrategyKind strategy, SearchGoal? goal)
    {
        SyntheticNetwork[] networks =
            [Networks.Easy, Networks.Sensitive, Networks.Scattered, Networks.Hopeless, Networks.Random(4), Networks.Random(5)];
        foreach (var drawn in networks)
        {
            var network = drawn.Choosing(options => goal is null
                ? options with { Strategy = strategy }
                : options with { Strategy = strategy, Goal = goal, SizeBudgetBytes = 100_000, LatencyBudgetMs = 1000 });
            var forecast = SearchForecast.Of(network.Spec, network.Space);
            var evaluator = new SyntheticEvaluator(network);

            await Jobs.RunAsync(network, evaluator: evaluator);

            forecast.Likely.ShouldBeInRange(4, forecast.Most);
            evaluator.Asked.Count.ShouldBeLessThanOrEqualTo(forecast.Most);
        }
    }

    [Fact]
    public void Of_Budget_BoundsIt()
    {
        var free = SearchForecast.Of(Networks.Scattered.Spec, Networks.Scattered.Space);
        var network = Networks.Scattered.Choosing(options => options with { BudgetEvaluations = 10 });
        SearchForecast.Of(network.Spec, network.Space).Most.ShouldBeLessThan(free.Most);
    }
}
