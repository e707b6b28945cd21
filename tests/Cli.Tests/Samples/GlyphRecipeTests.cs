using Cluster.DataSpecs.Models;
using Cluster.Export;
using Cluster.Export.Parity;
using Cluster.Kernels.Evaluation;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Tensors;
using TorchSharp;

namespace Cluster.Cli.Tests.Samples;

/// <summary>The networks of generated samples: as they are written, before any training, and while they are trained.</summary>
[Long]
public sealed class GlyphRecipeTests : IDisposable
{
    private const int Samples = 24;

    private readonly WorkFolder _folder = new();

    public GlyphRecipeTests() => TorchSettings.Threads = 1;

    public static TheoryData<GlyphKind> Kinds => [.. Enum.GetValues<GlyphKind>()];

    public static TheoryData<GlyphKind> OfArrays =>
        [.. Enum.GetValues<GlyphKind>().Where(kind => GlyphRecipe.Of(kind).Samples is not null)];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Float32_EqualsOnnxRuntimeOnTheFileAsItWasWritten(GlyphKind kind)
    {
        var network = Written(kind);
        var samples = Drawn(kind, network);
        using var float32 = new FloatNetwork(network.Grouped);
        var cancellation = TestContext.Current.CancellationToken;
        float[] expected = RuntimeEvaluator.Logits(
            ModelFile.Of(File.ReadAllBytes(network.Path)), samples, network.Classes, 1, cancellation);

        float[] actual = [.. Enumerable.Range(0, samples.Count).SelectMany(batch => float32.Run(samples.Inputs(batch)))];

        expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(1e-4f * Math.Max(1, expected.Max(Math.Abs)));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void EveryGroupInInt8_PassesTheParityGate(GlyphKind kind)
    {
        var network = Written(kind);
        var samples = Drawn(kind, network);
        using var float32 = new FloatNetwork(network.Grouped);
        var cancellation = TestContext.Current.CancellationToken;
        var statistics = CalibrationPass.Run(float32, samples, 1, cancellation);
        var quantized = new PlanResolver(network.Grouped, statistics).Resolve(
            [.. network.Grouped.Groups.Select(
                group => group.CanQuantize ? Decide.Integer("max", correctBias: false) : Decide.Float32)]);

        var report = ParityGate.Check(
            float32, quantized, OnnxWriter.Write(QdqExporter.Export(quantized)), samples, workers: 2, cancellation);

        report.Failure.ShouldBeNull();
        report.QuantizeNodes.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void Groups_OfTheTransformer_AreItsLinearLayersAndAttentions() =>
        Written(GlyphKind.Vit).Grouped.Groups.Count(group => group.CanQuantize)
            .ShouldBe(1 + (3 * 5) + 1); // patches, four layers and an attention a block, the head; a float norm reads the class token

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Step_LowersTheLossAndLeavesNoTensorBehind(GlyphKind kind)
    {
        var recipe = GlyphRecipe.Of(kind);
        using var training = new GlyphTraining(recipe.Task(7), 24, recipe.Rate);
        double[] losses = [.. Enumerable.Range(0, 15).Select(_ => training.Step())];
        long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        _ = training.Step();

        losses[^5..].Average().ShouldBeLessThan(losses[..5].Average());
        DisposeScopeManager.Statistics.ThreadTotalLiveCount.ShouldBe(before);
    }

    [Theory]
    [MemberData(nameof(OfArrays))]
    public void Draw_SameIndices_IsIndependentOfBatch(GlyphKind kind)
    {
        var samples = GlyphRecipe.Of(kind).Samples!(5);

        var all = samples.Draw(GlyphSet.Test, 0, 8);
        var late = samples.Draw(GlyphSet.Test, 6, 2);

        foreach (var ((name, array), (lateName, part)) in all.Zip(late))
        {
            lateName.ShouldBe(name);
            part.Bytes.ToArray().ShouldBe(array.Bytes[(array.Bytes.Length * 6 / 8)..].ToArray());
        }

        samples.Draw(GlyphSet.Evaluation, 0, 8)[0].Array.Bytes.ToArray().ShouldNotBe(all[0].Array.Bytes.ToArray());
        GlyphRecipe.Of(kind).Samples!(6).Draw(GlyphSet.Test, 0, 8)[0].Array.Bytes.ToArray().ShouldNotBe(all[0].Array.Bytes.ToArray());
    }

    private NetworkFile Written(GlyphKind kind)
    {
        string path = _folder[$"{kind}.onnx"];
        using var task = GlyphRecipe.Of(kind).Task(3);
        File.WriteAllBytes(path, OnnxWriter.Write(task.ToGraph()).Message);
        return NetworkFile.Open(path);
    }

    private ImageBatches Drawn(GlyphKind kind, NetworkFile network)
    {
        DataSpec spec;
        Preprocess? preprocess = null;
        if (GlyphRecipe.Of(kind).Samples?.Invoke(1) is { } samples)
        {
            ArrayFiles.Write(_folder.Root, samples, GlyphSet.Calibration, Samples);
            spec = GlyphSample.Spec(_folder.Root, samples, GlyphSet.Calibration);
        }
        else
        {
            GlyphFiles.Write(_folder.Root, new GlyphGenerator(1), GlyphSet.Calibration, Samples);
            spec = GlyphSample.Spec(_folder.Root, GlyphSet.Calibration);
            preprocess = GlyphNetworkExport.Preprocess;
        }

        var opened = DataSource.OpenSamples(spec.ToString(), DataAccess.Anywhere, null, preprocess);
        return new ImageBatches(opened.For(network.Grouped.Inputs, preprocess), preprocess, 8);
    }
}
