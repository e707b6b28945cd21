using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Running;
using Cluster.Reporting.Models;

namespace Cluster.Cli.Tests.Views;

public sealed class TerminalTests
{
    [Fact]
    public void Write_WithoutTerminal_IsThisPlainText()
    {
        var model = SampleOutcome.Model();
        var text = Tables(model, isTerminal: false, noColor: false);

        text.ShouldBe($$"""
            mobilenet_v1_0.25_224
            +-----------------------------------------------------------------------------+
            | Plan              |  Top-1 | Drop, points | Median ms | Speed-up |     Size |
            |-------------------+--------+--------------+-----------+----------+----------|
            | FP32              | 60.25% |         0.00 |      31.1 |    1.00x |  1.89 MB |
            | All INT8, min-max | 55.25% |         5.00 |      25.0 |    1.24x | 492.0 kB |
            | All INT8, best    | 59.63% |         0.63 |      25.3 |    1.23x | 492.0 kB |
            | Winner            | 59.88% |         0.38 |      25.9 |    1.20x | 632.0 kB |
            +-----------------------------------------------------------------------------+
            Failed: accuracy of {{model.Result.Baselines.Int8!.Plan}}: The outputs hold NaN on image 17.

            out/winner.qdq.onnx   the quantized network
            out/winner.plan.json  its plan
            out/result.json       every number
            out/report.html       this report

            You get: out/winner.qdq.onnx, 18 of 20 groups in INT8, 1.20x as fast as FP32, 632.0 kB instead of 1.89 MB
            Timed: batch 32, 1 thread, AMD EPYC 9B14, 2 cores, 15.6 GiB, Debian 12
            Accuracy: 0.38 points lower (95 % interval -0.9 to 1.4; of 800 images 3 newly wrong, 0 newly right)
            On the test set: top-1 59.50% (95% interval 57.33-61.63%) against 59.80% in FP32, on 2,000 images (41 newly wrong, 35 newly right)
            Not sure: 800 images cannot exclude 1.4 points, where 0.5 is accepted; about 11,000 would. Rate of wrong acceptances: unknown, as these images cannot show it
            Next: ship it
                import numpy as np, onnxruntime as ort
                x = ((pixels - 127.5) / 127.5).astype("float32")  # pixels: 0 to 255, RGB, (N, 3, 224, 224)
                y = ort.InferenceSession("out/winner.qdq.onnx").run(None, {"input": x})[0]

            """);
        text.ShouldAllBe(c => c == '\n' || (c >= ' ' && c <= '~'));
    }

    [Theory]
    [InlineData(WinnerKind.NothingFaster, "You get: FP32 as it is. ", "Kept")]
    [InlineData(WinnerKind.NothingFeasible, "You get: nothing to deploy in FP32's place. ", "Nearest")]
    [InlineData(WinnerKind.Unclear, "Unclear: the machine was busy. ", "Undecided")]
    public void Write_NoWin_DoesNotSellOne(WinnerKind kind, string headline, string row)
    {
        var text = Tables(SampleOutcome.Model(kind), isTerminal: false, noColor: false);

        text.ShouldContain(headline);
        text.ShouldContain($"| {row} ");
        text.ShouldContain(SampleOutcome.Model(kind).Result.Decision.Reason);
    }

    [Fact]
    public void Write_HostileNames_CannotSteerTheTerminal()
    {
        var model = SampleOutcome.Model();
        model = model with
        {
            Result = model.Result with { Model = model.Result.Model with { Name = "[red]x[bold]\u001b[2J.onnx" } },
            Files = [new ReportFile("[bold", "\u001b]0;title\a")],
        };

        var text = Tables(model, isTerminal: false, noColor: false);

        text.ShouldStartWith("[red]x[bold]?[2J\n");
        text.ShouldNotContain("\u001b");
        text.ShouldContain("[bold");
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(true, true, false)]
    [InlineData(false, false, false)]
    public void Write_Console_IsColouredOnlyOnATerminalThatWantsIt(bool isTerminal, bool noColor, bool isColoured)
    {
        Tables(SampleOutcome.Model(), isTerminal, noColor).Contains("\u001b[32m", StringComparison.Ordinal).ShouldBe(isColoured);
        Tables(SampleOutcome.Model(WinnerKind.Unclear), isTerminal, noColor).ShouldNotContain("\u001b[32m");
    }

    [Fact]
    public void Report_WithoutTerminal_WritesALineForEachChangeAndNoneTwice()
    {
        var error = new StringWriter { NewLine = "\n" };
        var best = SampleOutcome.Winner;
        using var view = new ProgressView(error, isTerminal: false, () => 80);

        view.Report(Progress(0, "baselines", best: null, left: null));
        view.Report(Progress(1, "baselines", best: null, left: 30));
        view.Report(Progress(2, "walk back", best: null, left: 72));
        view.Report(Progress(3, "walk back", best, left: 60));
        view.Report(Progress(4, "walk back", best, left: 50));

        error.ToString().ShouldBe(
            "[0/~10] baselines\n"
            + "[2/~10] walk back  ETA 01:12\n"
            + "[3/~10] walk back  ETA 01:00  best 59.88%, 25.9 ms (1.20x)\n");
    }

    [Fact]
    public void Report_OnTerminal_RedrawsOneLineWithinTheWidth()
    {
        var error = new StringWriter { NewLine = "\n" };
        var view = new ProgressView(error, isTerminal: true, () => 30);

        view.Report(Progress(1, "walk back", best: null, left: 72));
        view.Report(Progress(1, "walk back", best: null, left: 72));
        view.Note("kept");
        view.Dispose();
        view.Report(Progress(2, "walk back", best: null, left: 1));

        const string line = "[1/~10] walk back  ETA 01:12  ";
        error.ToString().ShouldBe($"\r\u001b[2K{line[..29]}\r\u001b[2Kkept\n{line[..29]}\r\u001b[2K");
    }

    private static JobProgress Progress(
        int done, string purpose, Cluster.Coordinator.Search.Facts.PlanMeasurement? best, double? left) =>
        new(
            done,
            10 - done,
            TimeSpan.FromSeconds(5),
            left is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            purpose,
            Item: null,
            best);

    private static string Tables(ReportModel model, bool isTerminal, bool noColor)
    {
        using var writer = new StringWriter { NewLine = "\n" };
        TerminalTables.Write(TerminalConsole.Create(writer, isTerminal, noColor), model);
        return writer.ToString();
    }
}
