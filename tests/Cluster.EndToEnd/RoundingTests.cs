namespace Cluster.EndToEnd;

/// <summary>Four bits by every rounding: what the report says of the file is what the file does.</summary>
[Long]
public class RoundingTests
{
    private const int From = 100;
    private const int To = 420;
    private const int Iterations = 12;

    private static readonly string[] Options =
    [
        "--weight-bits",
        "4",
        "--activation-bits",
        "4",
        "--first-last-bits",
        "8",
        "--iterations",
        "12",
        "--seed",
        "3",
        "--batch",
        "8",
        "--json",
        "-o",
        "q.onnx"
    ];

    [Theory]
    [InlineData("nearest", "")]
    [InlineData("adaround", "weights")]
    [InlineData("brecq", "weights activations")]
    [InlineData("qdrop", "weights+activations")]
    public async Task Quantize_FourBitsByEveryRounding_ReportsWhatTheFileDoes(string rounding, string phases)
    {
        using var folder = new WorkFolder();
        string test = SharedData.Require("cifar10/test_batch.first761.bin.gz");

        var run = await ClusterProcess.RunAsync(
            folder.Root,
            [
                "quantize",
                "--model",
                Resnet8.Model,
                "--data",
                Resnet8.Calibration,
                "--eval",
                $"cifar10:{test}@{From}..{To}",
                "--rounding",
                rounding,
                .. Options
            ]);

        run.Code.ShouldBe(0, run.Error);
        var report = run.Json();
        report.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);
        report.GetProperty("parity").GetProperty("passed").GetBoolean().ShouldBeTrue();
        if (rounding == "nearest")
        {
            report.TryGetProperty("learning", out _).ShouldBeFalse();
            run.Error.ShouldContain("warning: --iterations has no effect with --rounding nearest");
        }
        else
        {
            CheckBlocks(report.GetProperty("learning"), phases.Split(' '));
        }

        var accuracy = report.GetProperty("accuracy");
        int correct = accuracy.GetProperty("correct").GetInt32();
        accuracy.GetProperty("total").GetInt32().ShouldBe(To - From);
        accuracy.GetProperty("top1").GetDouble().ShouldBe((double)correct / (To - From));
        double[] interval = [.. accuracy.GetProperty("ci95").EnumerateArray().Select(end => end.GetDouble())];
        (interval[0] < accuracy.GetProperty("top1").GetDouble() && accuracy.GetProperty("top1").GetDouble() < interval[1]).ShouldBeTrue();
        correct.ShouldBeGreaterThan((To - From) / 4, "four bits leave a network that is far better than chance");
        Count(folder["q.onnx"], test).ShouldBe(correct);
        (await OtherRuntime.CountAsync(
            folder["q.onnx"], Path.ChangeExtension(Resnet8.Model, ".preprocess.json"), $"{From}", $"{To}", "cifar10", test)).ShouldBe(
            (correct, To - From));
    }

    private static void CheckBlocks(JsonElement learning, string[] phases)
    {
        learning.GetProperty("iterations").GetInt32().ShouldBe(Iterations);
        learning.GetProperty("iterationsPerSecond").GetDouble().ShouldBeGreaterThan(0);
        learning.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);
        JsonElement[] blocks = [.. learning.GetProperty("blocks").EnumerateArray()];
        blocks.Select(block => block.GetProperty("phase").GetString()).Distinct().ShouldBe(phases);
        foreach (var block in blocks)
        {
            block.GetProperty("name").GetString().ShouldNotBeNullOrEmpty();
            block.GetProperty("nearestLoss").GetDouble().ShouldBeGreaterThanOrEqualTo(0);
            block.GetProperty("kept").GetBoolean()
                .ShouldBe(block.GetProperty("learnedLoss").GetDouble() < block.GetProperty("nearestLoss").GetDouble(), block.ToString());
            block.GetProperty("seconds").GetDouble().ShouldBeGreaterThan(0);
        }
    }

    private static int Count(string file, string test)
    {
        var images = new ImageBatches(DataSource.Open($"cifar10:{test}@{From}..{To}"), Preprocess.LoadFor(Resnet8.Model, null), 11);
        float[] logits = RuntimeEvaluator.Logits(
            ModelFile.Of(File.ReadAllBytes(file)), images, 10, 1, TestContext.Current.CancellationToken);
        return RuntimeEvaluator.Score(logits, 10, images, null).Correct;
    }
}
