
namespace Cluster.Cli.Tests.Verbs;

/// <summary>`--metric` of the verbs that measure one file.</summary>
public sealed class MetricOptionTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public MetricOptionTests() => TinyNetwork.Write(_folder.Root);

    private string Images => $"idx:{_folder["images-idx3-ubyte"]}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Quantize_OutputKl_NeedsNoLabelsAndSaysItsNats()
    {
        File.Delete(_folder["labels-idx1-ubyte"]);

        var run = await QuantizeAsync("--metric", "output-kl", "--json");
        var table = await QuantizeAsync("--metric", "output-kl", "--force");

        var report = run.Report();
        report.TryGetProperty("accuracy", out _).ShouldBeFalse();
        var metric = report.GetProperty("metric");
        metric.GetProperty("metric").GetString().ShouldBe("outputKl");
        metric.GetProperty("float32").GetDouble().ShouldBe(0);
        metric.GetProperty("value").GetDouble().ShouldBe(metric.GetProperty("kl").GetDouble(), 1e-6);
        metric.GetProperty("value").GetDouble().ShouldBeGreaterThan(0);
        report.GetProperty("float32").GetProperty("latency").GetProperty("medianMs").GetDouble().ShouldBeGreaterThan(0);
        table.Code.ShouldBe(ExitCode.Done, table.Error);
        table.Output.ShouldContain("nats from FP32, on 48 samples");
    }

    [Fact]
    public async Task Quantize_Top1_IsTheReportWithoutTheOption()
    {
        var run = await QuantizeAsync("--metric", "top1", "--json");

        var report = run.Report();
        report.TryGetProperty("metric", out _).ShouldBeFalse();
        report.GetProperty("accuracy").GetProperty("total").GetInt32().ShouldBe(48);
    }

    [Theory]
    [InlineData("score", -0.5)]
    [InlineData("loss", 0.5)]
    public async Task Quantize_CommandOfTheUsers_GivesItsNumber(string metric, double loss)
    {
        var run = await QuantizeAsync("--metric", metric, "--metric-command", "echo 0.5 #", "--json");

        var report = run.Report();
        var measured = report.GetProperty("metric");
        measured.GetProperty("value").GetDouble().ShouldBe(Math.Abs(loss));
        measured.GetProperty("float32").GetDouble().ShouldBe(0.5);
        measured.GetProperty("drop").GetDouble().ShouldBe(0);
    }

    [Fact]
    public async Task Quantize_MetricThatCannotBe_IsRefusedInASentence()
    {
        (await QuantizeAsync("--metric", "top5")).Error.ShouldContain("every answer would be right");
        (await QuantizeAsync("--metric", "rmse")).Error.ShouldContain("targets");
        (await QuantizeAsync("--metric", "score")).Error.ShouldContain("give --metric-command");
        (await QuantizeAsync("--metric", "output-kl", "--metric-command", "true")).Error.ShouldContain("leave one of them out");
        (await CommandLineRun.OfAsync(
            "quantize", "--model", _folder["tiny.onnx"], "--data", Images, "--metric", "output-kl", "-o", _folder["q.onnx"])).Error
            .ShouldContain("--metric or --metric-command was given without --eval");
    }

    [Fact]
    public async Task FineTune_AnotherMetric_IsMeasuredBesideTop1()
    {
        (await QuantizeAsync()).Code.ShouldBe(ExitCode.Done);

        var run = await FineTuneAsync("output-kl");
        var refused = await FineTuneAsync("rmse");

        var report = run.Report();
        var tuned = report.GetProperty("fineTune");
        var written = tuned.GetProperty(tuned.GetProperty("kept").GetBoolean() ? "after" : "before");
        report.GetProperty("metric").GetProperty("metric").GetString().ShouldBe("outputKl");
        report.GetProperty("metric").GetProperty("value").GetDouble().ShouldBe(written.GetProperty("kl").GetDouble(), 1e-6);
        report.TryGetProperty("latency", out _).ShouldBeFalse();
        refused.ShouldBeRefused("trains on labels of classes");
    }

    private Task<CommandLineRun> QuantizeAsync(params string[] more) => CommandLineRun.OfAsync(
    [
        "quantize", "--model", _folder["tiny.onnx"], "--data", $"{Images}@0..48", "--eval", $"{Images}@48..", "--method", "max",
        "--batch", "1", "-o", _folder["q.onnx"], .. more,
    ]);

    private Task<CommandLineRun> FineTuneAsync(string metric) => CommandLineRun.OfAsync(
        "finetune", "--model", _folder["tiny.onnx"], "--plan", _folder["q.plan.json"], "--train", $"{Images}@0..48", "--eval",
        $"{Images}@48..", "--epochs", "1", "--metric", metric, "--json", "-o", _folder["tuned.onnx"]);
}
