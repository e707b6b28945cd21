namespace Cluster.Reporting.Tests.Models;

public sealed class LeftOutTests
{
    private static readonly Plan All = Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", ["a", "b", "c"], "max", biasCorrection: true);

    [Fact]
    public void Of_PlansThatDifferInOneGroup_PairsThoseWithTheMostQuantized()
    {
        ResultPlan[] measured =
        [
            Measured(Without(0, 1), 790, 0.001), Measured(Without(0), 780, 0.002), Measured(All, 770, 0.005),
            Measured(Without(1), 775, 0.004),
        ];

        var left = LeftOut.Of(measured, 3);

        left.Select(pair => (pair?.Quantized.Correct, pair?.Float32.Correct)).ShouldBe([(770, 780), (770, 775), (null, null)]);
        left[0]!.Words(MetricKind.Top1, 800).ShouldBe(
            "Measured with this group left in FP32: 0.0020 nats from FP32's outputs instead of 0.0050, "
            + "97.50% instead of 96.25%.");
    }

    [Fact]
    public void Of_AnotherCalibratorBesides_IsNoPair()
    {
        var other = Plan.Uniform(GroupFormat.Int8, "onnxruntime-cpu", ["a", "b", "c"], "kl", biasCorrection: true);

        LeftOut.Of([Measured(All, 770, 0.005), Measured(other.With([0], GroupDecision.Baseline), 780, 0.002)], 3)
            .ShouldAllBe(pair => pair == null);
    }

    private static Plan Without(params int[] groups) => All.With(groups, GroupDecision.Baseline);

    private static ResultPlan Measured(Plan plan, int correct, double kl) =>
        SampleOutcome.Result(SampleOutcome.Measured(plan, correct, 20, kl));
}
