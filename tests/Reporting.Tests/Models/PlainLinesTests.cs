using System.Net;
using Cluster.Coordinator.Work;

namespace Cluster.Reporting.Tests.Models;

public sealed class PlainLinesTests
{
    [Theory]
    [InlineData(0.105, "About 1 in 10 such decisions would be wrong")]
    [InlineData(0.0, "Fewer than 1 in 100 such decisions would be wrong")]
    [InlineData(null, "Rate of wrong acceptances: unknown, as these images cannot show it")]
    public void Of_ALossWithABound_SaysHowSureItIsAndHowOftenTheRuleIsWrong(double? rate, string expected)
    {
        var model = SampleOutcome.Model();
        model = model with { Result = model.Result with { Evidence = model.Result.Evidence! with { WrongAcceptance = rate } } };

        Line(model, "Not sure").ShouldBe(
            $"800 images cannot exclude 1.4 points, where 0.5 is accepted; about 11,000 would. {expected}");
    }

    [Theory]
    [InlineData(true, VerdictKind.Accepted, "good")]
    [InlineData(false, VerdictKind.Accepted, "doubt")]
    [InlineData(true, VerdictKind.DataDoubted, "doubt")]
    public void Report_AWinnerOfWhichTheImagesAreNotSure_IsAmber(bool isSure, VerdictKind kind, string tone)
    {
        var model = SampleOutcome.Model();
        model = model with { Result = model.Result with { Verdict = model.Result.Verdict with { Sure = isSure, Kind = kind } } };

        HtmlReport.Write(model).ShouldContain($"<span class=\"status {tone}\">1.20× faster</span>");
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData(0.04, "")]
    [InlineData(1.52, "; other processes kept 1.5 cores busy, which widens the interval")]
    public void Of_AWinner_SaysWhatWasTimedAndHowBusyTheMachineWas(double? otherCores, string busy)
    {
        var model = SampleOutcome.Model();
        var winner = model.Result.Winner;
        model = model with
        {
            Result = model.Result with { Winner = winner with { Latency = winner.Latency! with { OtherCores = otherCores } } },
        };

        Line(model, "Timed").ShouldBe($"batch 32, 1 thread, AMD EPYC 9B14, 2 cores, 15.6 GiB, Debian 12{busy}");
    }

    [Fact]
    public void Of_DataThatIsProbablyWrong_BeginsWithTheWarningAndTheReportHasIt()
    {
        var model = SampleOutcome.Model();
        model = model with { Result = model.Result with { Warnings = ["with labels minus 1 FP32 is right on 92 %"] } };

        PlainLines.Of(model)[0].ShouldBe(("Warning", "with labels minus 1 FP32 is right on 92 %"));
        HtmlReport.Write(model).ShouldContain("<dt>Warning</dt><dd>with labels minus 1 FP32 is right on 92 %</dd>");
    }

    [Theory]
    [InlineData(MetricKind.OutputSqnr, 12.34, true)]
    [InlineData(MetricKind.OutputKl, 12.34, true)]
    [InlineData(MetricKind.Top1, 12.34, false)]
    [InlineData(MetricKind.Top1, 4.99, true)]
    public void Of_TheWorstChannel_IsSaidBesideFiguresOfAllOutputsAndWhereItIsWeak(MetricKind metric, double decibels, bool isSaid)
    {
        var model = SampleOutcome.Model();
        model = model with
        {
            Options = model.Options with { Metric = metric },
            WorstChannel = new OutputChannel("scores", 1, 3, decibels),
        };

        Line(model, "Weakest channel").ShouldBe(isSaid
            ? FormattableString.Invariant($"channel 3 along axis 1 of the output 'scores' keeps {decibels:0.0} dB of what it holds in FP32")
            : null);
    }

    [Fact]
    public void Report_TheWorstChannelOfTheGate_IsInIt()
    {
        var finding = new ParityFinding(true, 64, 0) { WorstChannel = new OutputChannel("scores", 2, 7, 21.5) };

        var model = SampleOutcome.Model();
        WebUtility.HtmlDecode(HtmlReport.Write(model with { Result = model.Result with { Parity = finding } })).ShouldContain(
            "channel 7 along axis 2 of the output 'scores' keeps 21.5 dB of what it holds in FP32 (simulated on a few images)");
    }

    private static string? Line(ReportModel model, string what) =>
        PlainLines.Of(model).Where(line => line.What == what).Select(line => line.Text).SingleOrDefault();
}
