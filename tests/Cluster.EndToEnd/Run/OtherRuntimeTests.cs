using System.Diagnostics;
using System.Text.Json;
using Cluster.EndToEnd.Support;
using Cluster.Tests;

namespace Cluster.EndToEnd.Run;

/// <summary>The file that a job ships gives the reported count in a runtime that this program neither starts nor feeds.</summary>
public sealed class OtherRuntimeTests(GlyphJob job)
{
    [Fact]
    public async Task Winner_InNode_GetsTheReportedGlyphsRight()
    {
        var files = await job.FinishedAsync();
        string preprocess = Path.ChangeExtension(GlyphJob.Model, ".preprocess.json");
        await ExpectReportedAsync(files, preprocess, "0", "256", "idx", job.Evaluation["idx:".Length..], job.EvaluationLabels);
    }

    [Fact]
    public async Task Winner_InNode_GetsTheReportedPhotographsRight()
    {
        RuntimeRequired.OrSkip();
        using var folder = new WorkFolder();
        string test = SharedData.Require("cifar10/test_batch.first761.bin.gz");
        var run = await ClusterProcess.RunAsync(
            folder.Root, "run", "--model", Resnet8.Model, "--data", Resnet8.Calibration, "--eval", $"cifar10:{test}@100..761", "--methods", "mse", "--max-drop", "5%", "--batch", "8", "--cache", "none", "-o", "out");
        run.Code.ShouldBe(0, run.Error);
        await ExpectReportedAsync(new JobFiles(folder["out"]), Path.ChangeExtension(Resnet8.Model, ".preprocess.json"), "100", "761", "cifar10", test);
    }

    private static async Task ExpectReportedAsync(JobFiles files, string preprocess, string from, string to, params string[] data)
    {
        var accuracy = files.Result().GetProperty("winner").GetProperty("accuracy");
        var (node, packages) = Require();
        var start = new ProcessStartInfo(node, [Path.Combine(AppContext.BaseDirectory, "Run", "other-runtime.mjs"), packages, files["winner.qdq.onnx"], preprocess, from, to, .. data])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await error);
        using var counted = JsonDocument.Parse(output);
        counted.RootElement.GetProperty("total").GetInt32().ShouldBe(accuracy.GetProperty("total").GetInt32());
        counted.RootElement.GetProperty("correct").GetInt32().ShouldBe(accuracy.GetProperty("correct").GetInt32());
    }

    private static (string Node, string Packages) Require()
    {
        string? node = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Select(folder => Path.Combine(folder, "node")).FirstOrDefault(File.Exists);
        string tools = Checkout.At(".tools", "onnxruntime-node");
        string? packages = Directory.Exists(tools)
            ? Directory.EnumerateDirectories(tools).Order(StringComparer.Ordinal).LastOrDefault(folder => Directory.Exists(Path.Combine(folder, "node_modules", "onnxruntime-node")))
            : null;
        if (node is null || packages is null)
        {
            Assert.Skip(node is null ? "There is no node on the PATH: install nodejs." : $"There is no onnxruntime-node below {tools}: ./cluster test fetches it.");
        }

        return (node!, packages!);
    }
}
