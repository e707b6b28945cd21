using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Simulation;

namespace Cluster.Coordinator.Tests.Search;

public sealed class SearchForecastTests
{
    public static TheoryData<StrategyKind, string> Searches
    {
        get
        {
            var data = new TheoryData<StrategyKind, string>();
            foreach (var strategy in Enum.GetValues<StrategyKind>())
            {
                foreach (string name in ByName.Keys)
                {
                    data.Add(strategy, name);
                }
            }

            return data;
        }
    }

    private static readonly Dictionary<string, SyntheticNetwork> ByName = new(StringComparer.Ordinal)
    {
        ["easy"] = Networks.Easy,
        ["sensitive"] = Networks.Sensitive,
        ["scattered"] = Networks.Scattered,
        ["hopeless"] = Networks.Hopeless,
        ["random 4"] = Networks.Random(4),
        ["random 5"] = Networks.Random(5),
    };

    [Theory]
    [MemberData(nameof(Searches))]
    public async Task Of_AnySearch_IsNotExceeded(StrategyKind strategy, string name)
    {
        var network = Searched(ByName[name], options => options with { Strategy = strategy });
        var forecast = SearchForecast.Of(network.Spec, network.Space);
        var evaluator = new SyntheticEvaluator(network);

        await Jobs.RunAsync(network, evaluator: evaluator);

        forecast.Likely.ShouldBeInRange(4, forecast.Most);
        evaluator.Asked.Count.ShouldBeLessThanOrEqualTo(forecast.Most);
    }

    [Theory]
    [InlineData(SearchGoal.Accurate)]
    [InlineData(SearchGoal.Front)]
    public async Task Of_OtherGoals_IsNotExceeded(SearchGoal goal)
    {
        foreach (var drawn in ByName.Values)
        {
            var network = Searched(drawn, options => options with { Goal = goal, SizeBudgetBytes = 100_000, LatencyBudgetMs = 1000 });
            var evaluator = new SyntheticEvaluator(network);
            await Jobs.RunAsync(network, evaluator: evaluator);
            evaluator.Asked.Count.ShouldBeLessThanOrEqualTo(SearchForecast.Of(network.Spec, network.Space).Most);
        }
    }

    [Fact]
    public void Of_Budget_BoundsIt()
    {
        var free = SearchForecast.Of(Networks.Scattered.Spec, Networks.Scattered.Space);
        var network = Searched(Networks.Scattered, options => options with { BudgetEvaluations = 10 });
        SearchForecast.Of(network.Spec, network.Space).Most.ShouldBeLessThan(free.Most);
    }

    [Fact]
    public async Task Progress_NothingIsLeft_HasNoTimeLeft()
    {
        foreach (var network in ByName.Values)
        {
            var reports = new List<JobProgress>();
            var evaluator = new SyntheticEvaluator(network);
            await Jobs.RunAsync(network, evaluator: evaluator, options: new JobRunnerOptions { Progress = new Collector(reports) });

            reports.ShouldAllBe(report => report.Remaining == null || report.EstimatedLeft > 0, "no time is left of nothing");
        }
    }

    private static SyntheticNetwork Searched(SyntheticNetwork network, Func<JobOptions, JobOptions> choose) =>
        network with { Spec = network.Spec.Choosing(choose) };

    private sealed class Collector(List<JobProgress> reports) : IProgress<JobProgress>
    {
        public void Report(JobProgress value) => reports.Add(value);
    }
}
