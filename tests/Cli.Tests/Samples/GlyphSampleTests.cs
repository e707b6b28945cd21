using Cluster.Evaluation.Inputs;
using Cluster.Glyphs;
using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Tests;

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
    public void Executor_EvaluationSet_AgreesWithOnnxRuntime()
    {
        var network = NetworkFile.Open(ModelPath());
        using var float32 = new FloatNetwork(network.Grouped);
        var images = Images(GlyphSample.Seed, GlyphSet.Evaluation).Take(100);

        float[] expected = RuntimeEvaluator.Logits(network.Float32Model, images, network.Classes, 1, TestContext.Current.CancellationToken);
        float[] actual = [.. Enumerable.Range(0, images.Count)
            .SelectMany(batch => float32.Run(images.Pixels(batch), [images.Size(batch), 1, GlyphGenerator.Size, GlyphGenerator.Size]))];

        float largest = expected.Max(Math.Abs);
        expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThan(1e-4f * largest);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Int8_PlainMax_LosesTwoPointsThatPercentileGetsBack(long seed)
    {
        GlyphSample.Write(_folder, seed);

        var rows = GlyphComparison.Measure(ModelPath(), _folder, ["max", "percentile:99.99"], TestContext.Current.CancellationToken);

        rows.Select(row => (row.Method, row.BiasCorrection)).ShouldBe(
            [("fp32", false), ("max", false), ("max", true), ("percentile:99.99", false), ("percentile:99.99", true)]);
        rows[1].PointsAbove(rows[0]).ShouldBeLessThan(-2);
        rows[4].PointsAbove(rows[0]).ShouldBeGreaterThan(-0.5);
    }

    private ImageBatches Images(long seed, GlyphSet set)
    {
        GlyphFiles.Write(_folder, new GlyphGenerator(seed), set, GlyphSample.Counts[set]);
        return new ImageBatches(DataSource.Open(GlyphSample.Spec(_folder, set)), Preprocess.LoadFor(ModelPath()), 32);
    }

    private static string ModelPath() => Checkout.At("samples", GlyphSample.ModelName);
}
