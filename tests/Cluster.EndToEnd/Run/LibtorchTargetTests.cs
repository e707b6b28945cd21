namespace Cluster.EndToEnd.Run;

/// <summary>Whole jobs on libtorch, by the target that tests have on the processor, and jobs for two targets.</summary>
[Long]
public sealed class LibtorchTargetTests(GlyphJob job)
{
    private const int Classes = 12; // letters

    [Fact]
    public async Task Run_LibtorchCpu_CountsMatchOnnxRuntime()
    {
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(
            folder.Root, job.Command("out", "--target", "libtorch-cpu", "--keep-files", "front", "--budget-evals", "4"));
        run.ShouldBeDone();
        var files = new JobFiles(folder["out"]);
        var result = files.Result();
        var winner = result.GetProperty("winner");
        winner.GetProperty("latency").GetProperty("runtime").GetString().ShouldStartWith("libtorch ");
        winner.GetProperty("latency").GetProperty("device").GetString().ShouldBe("cpu");
        var images = new ImageBatches(DataSource.Open(job.Evaluation), Preprocess.LoadFor(GlyphJob.Model), 16);

        int compared = 0;
        var baselines = result.GetProperty("baselines");
        foreach (var plan in new[] { winner, baselines.GetProperty("int8"), baselines.GetProperty("int8Best") })
        {
            if (plan.GetProperty("artefact").TryGetProperty("path", out var path) && path.GetString() is { } name)
            {
                float[] logits = RuntimeEvaluator.Logits(
                    ModelFile.Of(files.Bytes(name)), images, Classes, 1, TestContext.Current.CancellationToken);
                int expected = RuntimeEvaluator.Score(logits, Classes, images, null).Correct;

                // Which plans there are depends on times; of one an average may lie halfway between two codes, and decide a near tie.
                plan.GetProperty("accuracy").GetProperty("correct").GetInt32().ShouldBeInRange(expected - 1, expected + 1, name);
                compared++;
            }
        }

        compared.ShouldBeGreaterThanOrEqualTo(2, "the winner and a network with every group in INT8");
    }

    [Fact]
    public async Task Run_TwoTargets_HaveAJobEachAndOnePageOfBoth()
    {
        using var folder = new WorkFolder();
        string[] targets = ["onnxruntime-cpu", "libtorch-cpu"];

        var run = await ClusterProcess.RunTimedAsync(
            folder.Root,
            job.Command("out", "--target", string.Join(',', targets), "--formats", "int8-safe", "--budget-evals", "2", "--json"));

        var cancellation = TestContext.Current.CancellationToken;
        var joint = JsonDocument.Parse(await File.ReadAllTextAsync(folder["out/targets.json"], cancellation)).RootElement;
        SchemaValidator.Of("targets.schema.json").Errors(run.Output).ShouldBeEmpty();
        joint.GetProperty("targets").EnumerateArray().Select(one => one.GetProperty("target").GetString()).ShouldBe(targets);
        // Times decide whether anything is faster than FP32.
        string[] verdicts =
        [
            .. targets.Select(target => new JobFiles(folder[$"out/{target}"]).Result().GetProperty("verdict"))
                .Select(verdict => verdict.GetProperty("kind").GetString()!),
        ];
        run.Code.ShouldBe(
            verdicts.Contains("nothingFasterAccurate") ? ExitCode.NothingFeasible
                : verdicts.Contains("unclear") ? ExitCode.Unclear
                : ExitCode.Done,
            run.Error);
        foreach (string target in targets)
        {
            var own = new JobFiles(folder[$"out/{target}"]).Result();
            own.GetProperty("winner").GetProperty("latency").GetProperty("runtime").GetString()!
                .ShouldStartWith(target.Split('-')[0]);
            (await File.ReadAllTextAsync(folder["out/report.html"], cancellation)).ShouldContain($"{target}/report.html");
            File.Exists(folder[$"out/{target}/report.html"]).ShouldBeTrue();
        }

        // The second job's sweeps are the first one's.
        string[] swept = [.. (await File.ReadAllLinesAsync(folder["out/libtorch-cpu/journal.jsonl"], cancellation))
            .Where(line => line.Contains("\"type\":\"item.completed\"", StringComparison.Ordinal)
                && line.Contains("\"type\":\"sensitivity\"", StringComparison.Ordinal))];
        swept.ShouldNotBeEmpty();
        swept.ShouldAllBe(line => line.Contains("\"source\":\"cache\"", StringComparison.Ordinal));

        byte[] ours = await File.ReadAllBytesAsync(folder["out/libtorch-cpu/calibration/statistics.bin"], cancellation);
        ours.ShouldBe(await File.ReadAllBytesAsync(folder["out/onnxruntime-cpu/calibration/statistics.bin"], cancellation));
    }

    [Fact]
    public async Task Run_DryRunOfTwoTargets_ForecastsEach()
    {
        using var folder = new WorkFolder();
        string[] asked = job.Command("out", "--target", "onnxruntime-cpu,libtorch-cpu", "--dry-run");

        var run = await ClusterProcess.RunAsync(folder.Root, [.. asked, "--json"]);

        run.ShouldBeDone();
        var targets = run.Json().GetProperty("targets").EnumerateArray().ToArray();
        targets.Select(one => one.GetProperty("target").GetString()).ShouldBe(["onnxruntime-cpu", "libtorch-cpu"]);
        targets.Select(one => one.GetProperty("forecast").GetProperty("jobId").GetString()).Distinct().Count().ShouldBe(2);
        string text = (await ClusterProcess.RunAsync(folder.Root, asked)).Output;
        text.ShouldStartWith("Target:       onnxruntime-cpu");
        text.ShouldContain("\n\nTarget:       libtorch-cpu\n");
        text.ShouldEndWith("Nothing was written.\n");
        Directory.Exists(folder["out"]).ShouldBeFalse();
    }

    [Theory]
    [InlineData("libtorch-cpu,", "--target must be different names between commas, not 'libtorch-cpu,'")]
    [InlineData("libtorch-cpu,libtorch-cpu", "--target must be different names between commas, not 'libtorch-cpu,libtorch-cpu'")]
    [InlineData("libtorch-cpu,tpu", "The target is 'tpu' where one of onnxruntime-cpu")]
    public async Task Run_InvalidTargets_AreRefusedBeforeAnyWork(string targets, string sentence)
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--target", targets));

        run.Code.ShouldNotBe(0);
        run.Error.ShouldContain(sentence);
        Directory.Exists(folder["out/libtorch-cpu"]).ShouldBeFalse();
    }

    [Fact]
    public async Task Run_UnknownTarget_IsRefusedBeforeAnyWork()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--target", "tpu"));

        run.Code.ShouldBe(2);
        run.Error.ShouldContain(
            "The target is 'tpu' where one of onnxruntime-cpu, libtorch-cuda, onnxruntime-cuda, onnxruntime-tensorrt is expected");
        File.Exists(folder["out/journal.jsonl"]).ShouldBeFalse();
    }
}
