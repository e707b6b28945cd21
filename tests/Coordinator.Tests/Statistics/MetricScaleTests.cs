namespace Cluster.Coordinator.Tests.Statistics;

public sealed class MetricScaleTests
{
    [Theory]
    [InlineData(MetricKind.Top1, 0.0075, "0.75 points", "at most 0.75 points", "--max-drop 0.75%")]
    [InlineData(MetricKind.OutputKl, 0.01234, "0.0123 nats", "at most 0.0123 nats", "--max-drop 0.0124")]
    [InlineData(MetricKind.OutputSqnr, 0.01, "20.0 dB", "at least 20.0 dB", "--max-drop 20dB")]
    [InlineData(MetricKind.Map50, 0.0075, "0.75 points", "at most 0.75 points", "--max-drop 0.75%")]
    [InlineData(MetricKind.Rmse, 0.0201, "1 % of FP32's RMSE", "at most 1 % of FP32's RMSE", "--max-drop 1%")]
    [InlineData(MetricKind.Score, 1.25, "1.25 of score", "at most 1.25 of score", "--max-drop 1.25")]
    [InlineData(MetricKind.Loss, 0.0123456, "0.0123 of loss", "at most 0.0123 of loss", "--max-drop 0.012346")]
    public void Words_OfADrop_AreInItsUnit(MetricKind metric, double drop, string words, string atMost, string bound)
    {
        var scale = new MetricScale(metric, Float32: 1);

        scale.Drop(drop).ShouldBe(words);
        scale.AtMost(drop).ShouldBe(atMost);
        scale.Bound(drop).ShouldBe(bound);
    }

    [Theory]
    [InlineData(MetricKind.Top1, "0.75 points less accurate than FP32")]
    [InlineData(MetricKind.OutputKl, "0.0075 nats from FP32")]
    [InlineData(MetricKind.OutputSqnr, "21.2 dB of SQNR to FP32")]
    [InlineData(MetricKind.Map50To95, "0.75 points less accurate than FP32")]
    [InlineData(MetricKind.Rmse, "0.37 % above FP32's RMSE")]
    [InlineData(MetricKind.Score, "0.0075 below FP32's score")]
    [InlineData(MetricKind.Loss, "0.0075 above FP32's loss")]
    public void Compare_SureDrop_IsNamed(MetricKind metric, string expected) =>
        new MetricScale(metric, Float32: 1).Compare(new Interval(0.005, 0.01), 0.0075).ShouldBe(expected);

    [Theory]
    [InlineData(MetricKind.Top1, 0.00411, "0.41 points")]
    [InlineData(MetricKind.Top1, 0.00004, "no loss")]
    [InlineData(MetricKind.Top1, -0.002, "no loss")]
    [InlineData(MetricKind.OutputKl, 0.01, "0.01 nats")]
    public void Expected_OfADrop_IsNoLossWhereItRoundsToNone(MetricKind metric, double drop, string expected) =>
        new MetricScale(metric, Float32: 1).Expected(drop).ShouldBe(expected);

    [Theory]
    [InlineData(MetricKind.Top1, 0.0063, "0.63 points lower")]
    [InlineData(MetricKind.Top1, -0.0063, "0.63 points higher")]
    [InlineData(MetricKind.Top1, 0.00004, "as FP32")]
    [InlineData(MetricKind.OutputKl, 0.01, "0.01 nats from FP32")]
    [InlineData(MetricKind.Rmse, 0.0075, "0.37 % above FP32's RMSE")]
    public void Measured_OfADrop_IsTheMeasuredDifference(MetricKind metric, double drop, string expected) =>
        new MetricScale(metric, Float32: 1).Measured(drop).ShouldBe(expected);

    [Fact]
    public void Compare_IntervalWithZero_IsNoLoss() =>
        new MetricScale(MetricKind.Rmse, Float32: 4).Compare(new Interval(-0.01, 0.04), 0.01)
            .ShouldBe("as accurate as FP32 within 0.5 % of FP32's RMSE");

    [Fact]
    public void Bound_Options_UsesDecidingScale()
    {
        new JobOptions { Metric = MetricKind.OutputKl, MaxDrop = 0.02 }.Bound(0).ShouldBe(0.02);
        new JobOptions { Metric = MetricKind.OutputSqnr, MaxDrop = 30 }.Bound(0).ShouldBe(0.001, 1e-12);

        // An RMSE of 2 may become 2.02.
        new JobOptions { Metric = MetricKind.Rmse, MaxDrop = 0.01 }.Bound(4).ShouldBe((2.02 * 2.02) - 4, 1e-12);
        new JobOptions { Metric = MetricKind.Top5, MaxDrop = 0.01, MaxDropIsRelative = true }.Bound(0.9).ShouldBe(0.009, 1e-12);

        // The level of a detector is what it misses: a mAP of 0.9.
        new JobOptions { Metric = MetricKind.Map50, MaxDrop = 0.01, MaxDropIsRelative = true }.Bound(0.1).ShouldBe(0.009, 1e-12);
        new JobOptions { Metric = MetricKind.Map50, MaxDrop = 0.02 }.Bound(0.1).ShouldBe(0.02);
    }

    [Theory]
    [InlineData(MetricKind.Top1, 1, false, "a fraction from 0 to below 1, not 1")]
    [InlineData(MetricKind.OutputKl, -1, false, "a number of nats from 0, not -1")]
    [InlineData(MetricKind.OutputSqnr, 300, false, "a number of decibels from -100 to 200, not 300")]
    [InlineData(MetricKind.Rmse, 101, false, "a share of FP32's RMSE from 0, not 101")]
    [InlineData(MetricKind.Loss, -0.5, false, "a number from 0, not -0.5")]
    [InlineData(MetricKind.OutputKl, 0.1, true, "a bound of output-kl, which has no share of FP32's, not 0.1")]
    public void DropFault_OutsideOfTheMetricsUnit_IsNamed(MetricKind metric, double drop, bool isRelative, string said) =>
        new JobOptions { Metric = metric, MaxDrop = drop, MaxDropIsRelative = isRelative }.DropFault()!.Sentence()
            .ShouldStartWith($"--max-drop must be {said}: ");

    [Theory]
    [InlineData(MetricKind.Top5, 0.1, true)]
    [InlineData(MetricKind.Map50, 0.1, true)]
    [InlineData(MetricKind.Rmse, 0.1, false)]
    [InlineData(MetricKind.OutputSqnr, -3, false)]
    public void DropFault_InTheMetricsUnit_IsNone(MetricKind metric, double drop, bool isRelative) =>
        new JobOptions { Metric = metric, MaxDrop = drop, MaxDropIsRelative = isRelative }.DropFault().ShouldBeNull();

    [Fact]
    public void Value_OfAScore_IsWhatTheCommandPrinted()
    {
        MetricScale.Value(MetricKind.Score, -0.75).ShouldBe(0.75);
        MetricScale.Value(MetricKind.Loss, 0.75).ShouldBe(0.75);
        new JobOptions { MetricCommand = "judge", MaxDrop = 0.5 }.Bound(-0.75).ShouldBe(0.5);
    }

    [Fact]
    public void CommandFault_ConflictingOptions_AreNamed()
    {
        new JobOptions().CommandFault().ShouldBeNull();
        new JobOptions { MetricCommand = "judge", MaxDrop = 1 }.CommandFault().ShouldBeNull();
        new JobOptions { MetricCommand = "judge", SizeBudgetBytes = 1000 }.CommandFault().ShouldBeNull();
        new JobOptions { MetricCommand = "judge" }.CommandFault()
            .ShouldBe("--metric-command has no bound: give --max-drop, by how much its score may become worse, in its own unit.");
        new JobOptions { MetricCommand = "judge", Metric = MetricKind.Top5 }.CommandFault()!
            .ShouldStartWith("--metric-command is given where plans are judged by top5");
        new JobOptions { Metric = MetricKind.Loss, MaxDrop = 1 }.CommandFault()
            .ShouldBe("--metric loss is what a command of yours prints: give --metric-command.");
    }
}
