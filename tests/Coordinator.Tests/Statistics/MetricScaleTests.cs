using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;

namespace Cluster.Coordinator.Tests.Statistics;

public sealed class MetricScaleTests
{
    [Theory]
    [InlineData(MetricKind.Top1, 0.0075, "0.75 points", "at most 0.75", "--max-drop 0.75%")]
    [InlineData(MetricKind.OutputKl, 0.01234, "0.0123 nats", "at most 0.0123 nats", "--max-kl 0.0124")]
    [InlineData(MetricKind.OutputSqnr, 0.01, "20.0 dB", "at least 20.0 dB", "--min-sqnr 20")]
    [InlineData(MetricKind.Map50, 0.0075, "0.75 points", "at most 0.75", "--max-drop 0.75%")]
    [InlineData(MetricKind.Rmse, 0.0201, "1 % of FP32's RMSE", "at most 1 % of FP32's RMSE", "--max-rmse-rise 1%")]
    [InlineData(MetricKind.Score, 1.25, "1.25 of score", "at most 1.25 of score", "--max-metric-drop 1.25")]
    [InlineData(MetricKind.Loss, 0.0123456, "0.0123 of loss", "at most 0.0123 of loss", "--max-metric-drop 0.012346")]
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

    [Fact]
    public void Compare_IntervalWithZero_IsNoLoss() =>
        new MetricScale(MetricKind.Rmse, Float32: 4).Compare(new Interval(-0.01, 0.04), 0.01)
            .ShouldBe("as accurate as FP32 within 0.5 % of FP32's RMSE");

    [Fact]
    public void Bound_OfOptions_IsInTheScaleThatDecides()
    {
        new JobOptions { Metric = MetricKind.OutputKl, MaxKl = 0.02 }.Bound(0).ShouldBe(0.02);
        new JobOptions { Metric = MetricKind.OutputSqnr, MinSqnr = 30 }.Bound(0).ShouldBe(0.001, 1e-12);

        // An RMSE of 2 may become 2.02.
        new JobOptions { Metric = MetricKind.Rmse, MaxRmseRise = 0.01 }.Bound(4).ShouldBe((2.02 * 2.02) - 4, 1e-12);
        new JobOptions { Metric = MetricKind.Top5, MaxDropRelative = 0.01 }.Bound(0.9).ShouldBe(0.009, 1e-12);

        // The level of a detector is what it misses: a mAP of 0.9.
        new JobOptions { Metric = MetricKind.Map50, MaxDropRelative = 0.01 }.Bound(0.1).ShouldBe(0.009, 1e-12);
        new JobOptions { Metric = MetricKind.Map50, MaxDrop = 0.02 }.Bound(0.1).ShouldBe(0.02);
    }

    [Fact]
    public void MisplacedBound_OfAnotherMetric_IsNamed()
    {
        new JobOptions { MaxKl = 0.1 }.MisplacedBound()
            .ShouldBe("--max-kl bounds output-kl, and this job judges by top1: give --max-drop, or --metric output-kl.");
        new JobOptions { Metric = MetricKind.OutputSqnr, MaxDropRelative = 0.1 }.MisplacedBound()
            .ShouldBe("--max-drop-relative bounds top1, and this job judges by output-sqnr: give --min-sqnr, or --metric top1.");
        new JobOptions { Metric = MetricKind.Top5, MaxDropRelative = 0.1 }.MisplacedBound().ShouldBeNull();
        new JobOptions { Metric = MetricKind.Rmse, MaxRmseRise = 0.1 }.MisplacedBound().ShouldBeNull();
        new JobOptions { Metric = MetricKind.Map50, MaxDropRelative = 0.1 }.MisplacedBound().ShouldBeNull();
    }

    [Fact]
    public void Value_OfAScore_IsWhatTheCommandPrinted()
    {
        MetricScale.Value(MetricKind.Score, -0.75).ShouldBe(0.75);
        MetricScale.Value(MetricKind.Loss, 0.75).ShouldBe(0.75);
        new JobOptions { MetricCommand = "judge", MaxMetricDrop = 0.5 }.Bound(-0.75).ShouldBe(0.5);
    }

    [Fact]
    public void CommandFault_WhatDoesNotGoTogether_IsNamed()
    {
        new JobOptions().CommandFault().ShouldBeNull();
        new JobOptions { MetricCommand = "judge", MaxMetricDrop = 1 }.CommandFault().ShouldBeNull();
        new JobOptions { MetricCommand = "judge", SizeBudgetBytes = 1000 }.CommandFault().ShouldBeNull();
        new JobOptions { MetricCommand = "judge" }.CommandFault()
            .ShouldBe("--metric-command has no bound: give --max-metric-drop, by how much its score may become worse, in its own unit.");
        new JobOptions { MetricCommand = "judge", Metric = MetricKind.Top5 }.CommandFault()!
            .ShouldStartWith("--metric-command is given where plans are judged by top5");
        new JobOptions { Metric = MetricKind.Loss, MaxMetricDrop = 1 }.CommandFault()
            .ShouldBe("--metric loss is what a command of yours prints: give --metric-command.");
        new JobOptions { MaxMetricDrop = 1 }.MisplacedBound()!
            .ShouldStartWith("--max-metric-drop bounds score, and this job judges by top1");
    }

    [Fact]
    public void Find_Words_AreThoseOfTheMetrics()
    {
        MetricKindExtensions.Words.ShouldBe(["top1", "top5", "output-kl", "output-sqnr", "rmse", "map50", "map50-95", "score", "loss"]);
        MetricKindExtensions.Words.Select(MetricKindExtensions.Find).ShouldBe(Enum.GetValues<MetricKind>().Cast<MetricKind?>());
        MetricKindExtensions.Find("top2").ShouldBeNull();
    }
}
