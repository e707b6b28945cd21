using Cluster.Kernels.Execution;
using Cluster.Kernels.Metrics;

namespace Cluster.Cli.Tests.Samples;

/// <summary>The network in samples/, as it is committed, on generated data: what the demo promises of it.</summary>
public sealed class GlyphSampleTests : IDisposable
{
    // Of 3,000; ONNX Runtime on a CPU with other vector instructions may differ by an image.
    private const int RecordedCorrect = 2985;
    private const int Tolerance = 2;

    private readonly string _folder = Directory.CreateTempSubdirectory("glyphs-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Float32_EvaluationSet_GivesTheRecordedCount()
    {
        var network = NetworkFile.Open(ModelPath());
        var images = Images(GlyphSample.Seed, GlyphSet.Evaluation);

        float[] logits = RuntimeEvaluator.Logits(network.Float32Model, images, network.Classes, 2, TestContext.Current.CancellationToken);

        RuntimeEvaluator.Score(logits, network.Classes, images, null)
            .Correct.ShouldBeInRange(RecordedCorrect - Tolerance, RecordedCorrect + Tolerance);
    }

    [Fact]
    public async Task Int8_PlainMax_LosesTwoPointsThatPercentileGetsBack()
    {
        GlyphSample.Write(_folder, seed: 2);

        (await PointsAboveAsync("max", "--no-bias-correction")).ShouldBeLessThan(-2);
        (await PointsAboveAsync("percentile:99.99")).ShouldBeGreaterThan(-0.5);
    }

    // Points of top-1 above FP32's.
    private async Task<double> PointsAboveAsync(string method, params string[] options)
    {
        var run = await CommandLineRun.OfAsync(
        [
            "quantize", "--model", ModelPath(), "--method", method, "--data", $"{GlyphSample.Spec(_folder, GlyphSet.Calibration)}",
            "--eval", $"{GlyphSample.Spec(_folder, GlyphSet.Evaluation)}", "--json", "--force", "-o", Path.Combine(_folder, "q.onnx"),
            .. options,
        ]);
        var report = run.Report();
        return 100 * (Top1(report) - Top1(report.GetProperty("float32")));
    }

    private static double Top1(JsonElement file) => file.GetProperty("accuracy").GetProperty("top1").GetDouble();

    private ImageBatches Images(long seed, GlyphSet set)
    {
        GlyphFiles.Write(_folder, new GlyphGenerator(seed), set, GlyphSample.Counts[set]);
        return new ImageBatches(DataSource.Open(GlyphSample.Spec(_folder, set)), Preprocess.LoadFor(ModelPath()), 32);
    }

    private static string ModelPath() => Checkout.At("samples", GlyphSample.ModelName);
}
