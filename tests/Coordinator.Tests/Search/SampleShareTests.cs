using Cluster.Coordinator.Statistics;

namespace Cluster.Coordinator.Tests.Search;

/// <summary>Of an SQNR so many samples keep the bound each by itself as are asked: loud samples make up a figure over all.</summary>
public sealed class SampleShareTests
{
    private static readonly SyntheticNetwork Network = Networks.Sensitive;

    // Noise over the mean power against one hundredth of each sample's own; the last one holds rounding alone.
    [Theory]
    [InlineData(0.01, 0.75)]
    [InlineData(0.02, 1)]
    [InlineData(0.001, 0.25)]
    public void Within_HandComputed_CountsSamplesByTheirOwnPower(double most, double share) => SampleShares.Within(
        SampleLosses.Pack([0.02f, 0.0018f, 0.01f, 0.5f]), SampleLosses.Pack([2, 0.1f, 1.9f, 0]), most).ShouldBe(share);

    // Every plan keeps 30 dB of the whole; three of four samples are quiet, and lose all in a plan with a sensitive group in INT8.
    [Theory]
    [InlineData(null, false)]
    [InlineData(0.25, true)]
    [InlineData(0.3, false)]
    public async Task Run_QuietSamplesAreLost_WinsOnlyWhereSoFewAreAsked(double? asked, bool mayWin)
    {
        var network = Network with
        {
            Spec = Network.Spec.Choosing(options => options with
            {
                Metric = MetricKind.OutputSqnr,
                MaxDrop = 20,
                SampleShare = asked,
                Goal = SearchGoal.Fastest,
            }),
        };

        var outcome = await Jobs.RunAsync(network, evaluator: new PlayedEvaluator(network, (item, _, _) => Task.FromResult<WorkResult?>(
            item is AccuracyItem { Images.IsFull: var isFull } accuracy ? Heard(network.Evaluate(item), accuracy.Plan, isFull) : null)));

        if (mayWin)
        {
            outcome.Result.Decision.Feasible.ShouldBeTrue();
            outcome.Winner.Plan.IsBaseline.ShouldBeFalse();
            outcome.Result.Evidence!.SamplesWithin!.Value.ShouldBe(0.25, 1e-9);
            outcome.Result.Evidence.SampleWords.ShouldEndWith("samples keep 20.0 dB each by itself, where 25 % are asked");
        }
        else
        {
            (outcome.Result.Decision.Feasible && !outcome.Winner.Plan.IsBaseline).ShouldBeFalse(outcome.Result.Decision.Reason);
        }
    }

    private static WorkResult Heard(WorkResult found, Plan plan, bool isFull)
    {
        var accuracy = (AccuracyResult)found;
        float[] Each(Func<int, float> value) => [.. Enumerable.Range(0, accuracy.Total).Select(value)];
        return accuracy with
        {
            Correct = 0,
            CorrectBits = [],
            Metric = MetricKind.OutputSqnr,
            Losses = SampleLosses.Pack(Each(_ => plan.IsBaseline ? 0 : 0.001f)),
            Powers = plan.IsBaseline && isFull ? SampleLosses.Pack(Each(sample => sample % 4 == 0 ? 3.999f : 1e-4f)) : null,
        };
    }
}
