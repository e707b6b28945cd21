using Cluster.EndToEnd.Support;
using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Tests;

namespace Cluster.EndToEnd.Run;

/// <summary>A whole job for our own executor: what it counts, ONNX Runtime counts of the same files.</summary>
public sealed class LibtorchTargetTests(GlyphJob job)
{
    private const int Classes = 12; // letters

    [Fact]
    public async Task Run_LibtorchCpu_CountsWhatOnnxRuntimeCountsOfTheSameFiles()
    {
        RuntimeRequired.OrSkip();
        using var folder = new WorkFolder();
        var run = await ClusterProcess.RunAsync(
            folder.Root, job.Command("out", "--target", "libtorch-cpu", "--keep-files", "front", "--budget-evals", "4"));
        run.Code.ShouldBe(0, run.Error);
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
                float[] logits = RuntimeEvaluator.Logits(files.Bytes(name), images, Classes, 1, TestContext.Current.CancellationToken);
                int expected = RuntimeEvaluator.Score(logits, Classes, images, null).Correct;

                // Which plans there are depends on times; of one an average may lie halfway between two codes, and decide a near tie.
                plan.GetProperty("accuracy").GetProperty("correct").GetInt32().ShouldBeInRange(expected - 1, expected + 1, name);
                compared++;
            }
        }

        compared.ShouldBeGreaterThanOrEqualTo(2, "the winner and a network with every group in INT8");
    }

    [Fact]
    public async Task Run_UnknownTarget_IsRefusedBeforeAnyWork()
    {
        using var folder = new WorkFolder();

        var run = await ClusterProcess.RunAsync(folder.Root, job.Command("out", "--target", "tpu"));

        run.Code.ShouldBe(1);
        run.Error.ShouldContain(
            "The target is 'tpu' where one of onnxruntime-cpu, libtorch-cpu, libtorch-cuda, onnxruntime-cuda, onnxruntime-tensorrt is "
            + "expected");
        File.Exists(folder["out/journal.jsonl"]).ShouldBeFalse();
    }
}
