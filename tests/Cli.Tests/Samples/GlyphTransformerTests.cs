using Cluster.Evaluation.Inputs;
using Cluster.Glyphs;
using Cluster.Kernels.Data;
using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Plans.Placement;
using Cluster.Kernels.Runtimes;
using Cluster.Tests;

namespace Cluster.Cli.Tests.Samples;

/// <summary>The vision transformer as it is written, before any training.</summary>
public sealed class GlyphTransformerTests : IDisposable
{
    private const int Images = 24;

    private readonly WorkFolder _folder = new();
    private readonly string _path;
    private readonly ImageBatches _images;

    public GlyphTransformerTests()
    {
        _path = _folder["vit.onnx"];
        File.WriteAllBytes(_path, OnnxWriter.Write(GlyphTransformer.ToGraph(3)));
        byte[] pixels = new byte[Images * GlyphGenerator.Pixels];
        var generator = new GlyphGenerator(1);
        for (int i = 0; i < Images; i++)
        {
            generator.Draw(GlyphSet.Calibration, i, pixels.AsSpan(i * GlyphGenerator.Pixels, GlyphGenerator.Pixels));
        }

        IdxWriter.WriteImages(
            _folder["images-idx3-ubyte"], pixels, 1, GlyphGenerator.Size, GlyphGenerator.Size, gzip: false);
        _images = new ImageBatches(
            DataSource.Open($"idx:{_folder["images-idx3-ubyte"]}"), GlyphNetworkExport.Preprocess, 8);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Float32_EqualsOnnxRuntimeOnTheFileAsItWasWritten()
    {
        RuntimeRequired.OrSkip();
        using var network = new FloatNetwork(NetworkFile.Open(_path).Grouped);
        using var session = OrtSession.Open(File.ReadAllBytes(_path), new OrtSessionOptions());
        long[] shape = [8, 1, GlyphGenerator.Size, GlyphGenerator.Size];
        float[] pixels = _images.Pixels(0);
        float[] expected = new float[8 * GlyphGenerator.Classes];
        session.Run(pixels, shape, expected);

        float[] actual = network.Run(pixels, shape);

        expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max().ShouldBeLessThanOrEqualTo(1e-4f * Math.Max(1, expected.Max(Math.Abs)));
    }

    [Fact]
    public void EveryGroupInInt8_PassesTheParityGate()
    {
        RuntimeRequired.OrSkip();
        var graph = NetworkFile.Open(_path).Grouped;
        using var float32 = new FloatNetwork(graph);
        var statistics = CalibrationPass.Run(float32, _images, 1, null, CancellationToken.None);
        var quantized = new PlanResolver(graph, statistics)
            .Resolve([.. graph.Groups.Select(_ => GroupSetting.Integer("max", correctBias: false))]);

        var report = ParityGate.Check(
            float32, quantized, OnnxWriter.Write(QdqExporter.Export(quantized)), _images, CancellationToken.None);

        report.Failure.ShouldBeNull();
        report.QuantizeNodes.ShouldBeGreaterThan(0);
        graph.Groups.Count(group => group.CanQuantize).ShouldBe(2 + (3 * 4) + 1); // patches and class token, four layers a block, the head
    }
}
