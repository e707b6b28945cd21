using Cluster.Evaluation.Targets;

namespace Cluster.Cli.Tests.Verbs;

public sealed class ErrorsTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public ErrorsTests() => TinyNetwork.Write(_folder.Root);

    private string Images => $"idx:{_folder["images-idx3-ubyte"]}";

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Errors_EveryGroupQuantized_AreThoseOfEachLayer()
    {
        string[] command =
        [
            "errors", "--model", _folder["tiny.onnx"], "--method", "max", "--data", $"{Images}@0..32", "--eval", $"{Images}@32..",
        ];

        var json = await CommandLineRun.OfAsync([.. command, "--images", "50", "--json"]);
        var table = await CommandLineRun.OfAsync([.. command, "-o", _folder["e.csv"]]);

        var report = json.Report();
        report.GetProperty("images").GetInt32().ShouldBe(50);
        report.GetProperty("method").GetString().ShouldBe("max");
        var groups = report.GetProperty("groups").EnumerateArray().ToList();
        groups.Select(group => group.GetProperty("group").GetString()).ShouldBe(["first", "second", "head"]);
        string usual = TargetList.Usual.SearchedFormats[0].Title;
        groups.ShouldAllBe(group => group.GetProperty("format").GetString() == usual && Sqnr(group, "local") > 15);
        Sqnr(groups[0], "accumulated").ShouldBe(Sqnr(groups[0], "local"));
        table.Code.ShouldBe(ExitCode.Done, table.Error);
        table.Output.ShouldContain("##########");
        (await File.ReadAllLinesAsync(_folder["e.csv"], TestContext.Current.CancellationToken)).Length.ShouldBe(4);
    }

    [Fact]
    public async Task Errors_PlanOfQuantize_AreThoseOfItsFile()
    {
        var made = await CommandLineRun.OfAsync(
            "quantize", "--model", _folder["tiny.onnx"], "--method", "kl", "--data", Images, "--keep-fp32", "second",
            "-o", _folder["q.onnx"]);
        made.Code.ShouldBe(ExitCode.Done, made.Error);

        var run = await CommandLineRun.OfAsync(
            "errors", _folder["q.plan.json"], "--model", _folder["tiny.onnx"], "--eval", Images, "--json", "-o", _folder["e.html"]);

        var report = run.Report();
        var second = report.GetProperty("groups")[1];
        second.GetProperty("format").GetString().ShouldBe("FP32");
        second.TryGetProperty("local", out var local).ShouldBe(local.ValueKind == JsonValueKind.Null);
        second.GetProperty("accumulated").GetProperty("mse").GetDouble().ShouldBeGreaterThan(0);
        (await File.ReadAllTextAsync(_folder["e.html"], TestContext.Current.CancellationToken)).ShouldContain("<svg");
    }

    [Fact]
    public async Task Errors_ConflictingOptions_AreUsageErrors()
    {
        string model = _folder["tiny.onnx"];
        await Refused("neither a plan nor calibration images", "errors", "--model", model);
        await Refused("numbers lie beside it", "errors", "OUT", "--model", model, "--eval", Images, "--method", "max");
        await Refused("how many bits", "errors", "OUT", "--model", model, "--eval", Images, "--weight-bits", "4");
        await Refused("add --eval", "errors", "OUT", "--model", model);
        await Refused(".html, .csv and .json", "errors", "--model", model, "--data", Images, "-o", _folder["e.svg"]);
    }

    [Fact]
    public async Task Errors_NoPlan_NamesMissingFile()
    {
        var run = await CommandLineRun.OfAsync("errors", _folder["OUT"], "--model", _folder["tiny.onnx"], "--eval", Images);
        run.Code.ShouldNotBe(ExitCode.Done);
        run.Error.ShouldContain("there is neither a folder nor a plan file");

        Directory.CreateDirectory(_folder["OUT"]);
        run = await CommandLineRun.OfAsync("errors", _folder["OUT"], "--model", _folder["tiny.onnx"], "--eval", Images);
        run.Error.ShouldContain("give the folder of a job that has ended");
    }

    private static double Sqnr(JsonElement group, string scope) => group.GetProperty(scope).GetProperty("sqnrDb").GetDouble();

    private static async Task Refused(string reason, params string[] command)
    {
        var run = await CommandLineRun.OfAsync(command);
        run.ShouldBeRefused(reason);
    }
}
