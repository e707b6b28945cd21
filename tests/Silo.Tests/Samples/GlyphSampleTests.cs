using Cluster.Kernels;
using Cluster.Kernels.Calibration;
using Cluster.Kernels.Correction;
using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Onnx;
using Cluster.Kernels.Planning;
using Cluster.Kernels.Runtimes;
using Cluster.Silo.Jobs;
using Cluster.Silo.Samples;

namespace Cluster.Silo.Tests.Samples;

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
        RequireRuntime();
        var network = NetworkFile.Open(ModelPath());
        var images = Images(GlyphSample.Seed, GlyphSet.Evaluation);

        float[] logits = RuntimeEvaluator.Logits(network.Float32Model, images, network.Classes, 2, TestContext.Current.CancellationToken);

        RuntimeEvaluator.Score(logits, network.Classes, images, null).Correct.ShouldBeInRange(RecordedCorrect - Tolerance, RecordedCorrect + Tolerance);
    }

    [Fact]
    public void Executor_EvaluationSet_AgreesWithOnnxRuntime()
    {
        RequireRuntime();
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
        RequireRuntime();
        var network = NetworkFile.Open(ModelPath());
        using var float32 = new FloatNetwork(network.Grouped);
        var calibration = Images(seed, GlyphSet.Calibration);
        var evaluation = Images(seed, GlyphSet.Evaluation);
        var statistics = CalibrationPass.Run(float32, calibration, 2, null, TestContext.Current.CancellationToken);
        var resolver = new PlanResolver(network.Grouped, statistics);

        int Correct(byte[] model) => RuntimeEvaluator.Score(
            RuntimeEvaluator.Logits(model, evaluation, network.Classes, 2, TestContext.Current.CancellationToken), network.Classes, evaluation, null).Correct;
        QuantizedNetwork Int8(string method) =>
            resolver.Resolve([.. network.Grouped.Groups.Select(group => group.CanQuantize ? new GroupSetting(true, method, true) : GroupSetting.Float32)]);
        var percentile = Int8("percentile:99.99");
        var corrected = percentile.WithBiases(BiasCorrector.Correct(
            float32, percentile, [.. network.Grouped.Groups.Select(group => group.CanQuantize)], calibration, 2, TestContext.Current.CancellationToken));

        int full = Correct(network.Float32Model);
        double onePoint = evaluation.Images.Count / 100.0;
        (full - Correct(OnnxWriter.Write(QdqExporter.Export(Int8("max"))))).ShouldBeGreaterThan((int)(2 * onePoint));
        (full - Correct(OnnxWriter.Write(QdqExporter.Export(corrected)))).ShouldBeLessThan((int)(0.5 * onePoint));
    }

    private ImageBatches Images(long seed, GlyphSet set)
    {
        GlyphFiles.Write(_folder, new GlyphGenerator(seed), set, GlyphSample.Counts[set]);
        return new ImageBatches(DataSource.Open(GlyphSample.Spec(_folder, set)), Preprocess.LoadFor(ModelPath()), 32);
    }

    private static string ModelPath()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "samples", GlyphSample.ModelName);
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new FileNotFoundException($"samples/{GlyphSample.ModelName} was not found in any folder above {AppContext.BaseDirectory}.");
    }

    private static void RequireRuntime()
    {
        try
        {
            _ = OrtRuntime.Version;
        }
        catch (KernelException missing)
        {
            Assert.Skip(missing.Message);
        }
    }
}
