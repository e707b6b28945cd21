using System.Net;
using Cluster.Coordinator.Work;

namespace Cluster.Reporting.Tests.Models;

public sealed class PlainLinesTests
{
    [Theory]
    [InlineData(0.0352, "on random halves of these answers the rule accepts a plan that loses more than the bound in 3.5 % of the cases")]
    [InlineData(null, null)]
    public void Of_ARateOnItsOwnAnswers_SaysHowOftenTheRuleIsWrong(double? rate, string? expected)
    {
        var model = SampleOutcome.Model();
        model = model with { Result = model.Result with { Evidence = model.Result.Evidence! with { WrongAcceptance = rate } } };

        Line(model, "How sure").ShouldBe(expected);
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
