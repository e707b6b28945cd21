namespace Cluster.EndToEnd.Run;

/// <summary>The file that a job ships gives the reported count in a runtime that this program neither starts nor feeds.</summary>
[Long]
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
        using var folder = new WorkFolder();
        string test = SharedData.Require("cifar10/test_batch.first761.bin.gz");
        var run = await ClusterProcess.RunAsync(
            folder.Root, "run", "--model", Resnet8.Model, "--data", Resnet8.Calibration, "--eval",
            $"cifar10:{test}@100..761", "--methods", "mse", "--max-drop", "5%", "--batch", "8", "--cache", "none", "-o",
            "out");
        run.ShouldBeDone();
        await ExpectReportedAsync(
            new JobFiles(folder["out"]), Path.ChangeExtension(Resnet8.Model, ".preprocess.json"), "100", "761", "cifar10", test);
    }

    private static async Task ExpectReportedAsync(JobFiles files, string preprocess, string from, string to, params string[] data)
    {
        var accuracy = files.Result().GetProperty("winner").GetProperty("accuracy");
        var (correct, total) = await OtherRuntime.CountAsync(files["winner.qdq.onnx"], preprocess, from, to, data);
        total.ShouldBe(accuracy.GetProperty("total").GetInt32());
        correct.ShouldBe(accuracy.GetProperty("correct").GetInt32());
    }
}
