using Cluster.Kernels.Evaluation.Parity;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Export;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Runtimes;
using Cluster.Kernels.Tests.Execution;
using Cluster.Kernels.Tests.Export;
using Cluster.Kernels.Tests.Runtimes;
using Cluster.Plans;
using Cluster.Tests;

namespace Cluster.Kernels.Tests.Evaluation.Parity;

/// <summary>Below 8 bits, too, the file in ONNX Runtime is what the simulation says, in bytes and in nibbles.</summary>
public sealed class LowBitParityTests
{
    private const int RandomPlans = 6;

    public static TheoryData<string> Names => EveryPlanTests.Names;

    public static TheoryData<string, int, int> RealPlans
    {
        get
        {
            var data = new TheoryData<string, int, int>();
            foreach (string model in new[] { Nets.ResNet20, "mnist/lenet-mnist", Nets.MobileNet })
            {
                foreach (var (weights, activations) in new[] { (3, 8), (4, 4), (3, 3), (2, 4) })
                {
                    data.Add(model, weights, activations);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Check_RandomWidths_PassInBytesAndNibbles(string name)
    {
        var graph = Nets.Group(EveryPlanTests.Networks[name]().Build());
        var images = Nets.Noise(24, 3, 8, 8, 8);
        using var float32 = new FloatNetwork(graph);
        var resolver = new PlanResolver(graph, Nets.Calibrate(float32, images));
        var random = new Random(5);
        for (int plan = 0; plan < RandomPlans; plan++)
        {
            GroupDecision[] settings =
                [.. graph.Groups.Select(
                    _ => random.Next(4) == 0
                        ? Decide.Float32
                        : Decide.Integer("mse", false, random.Next(2, 9), random.Next(2, 9), random.Next(2) == 0))];
            settings[plan % settings.Length] = Decide.Integer("max", false, 4, 4);
            var network = resolver.Resolve(settings);
            foreach (var storage in Enum.GetValues<CodeStorage>())
            {
                var report = ParityGate.Check(
                    float32, network, OnnxWriter.Write(QdqExporter.Export(network, storage)), images, workers: 2, CancellationToken.None);

                report.Failure.ShouldBeNull($"{storage}: {string.Join(" | ", settings.Select(setting => setting.ToString()))}");
                report.Tensors.Count.ShouldBe(network.Layout.Points.Count);
            }
        }
    }

    [Theory]
    [MemberData(nameof(RealPlans))]
    public void Check_RealModelWithFirstAndLastAtEight_PassesAndLogitsAgree(string model, int weightBits, int activationBits)
    {
        var graph = Nets.Shared(model);
        var images = Nets.SharedImages(model, 32, 16);
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(LowBits(graph, weightBits, activationBits));
        byte[] bytes = OnnxWriter.Write(QdqExporter.Export(network));
        byte[] nibbles = OnnxWriter.Write(QdqExporter.Export(network, CodeStorage.Nibbles));

        var report = ParityGate.Check(float32, network, bytes, images, workers: 2, CancellationToken.None);

        report.Failure.ShouldBeNull();
        report.Tensors.Count.ShouldBe(network.Layout.Points.Count);
        report.Tensors.ShouldAllBe(tensor => tensor.Elements > 0);
        nibbles.Length.ShouldBeLessThan(bytes.Length);
        InRuntime.Run(nibbles, images.Inputs(0)).ShouldBe(InRuntime.Run(bytes, images.Inputs(0)));
    }

    [Theory]
    [InlineData(4, 8)]
    [InlineData(4, 4)]
    [InlineData(3, 3)]
    [InlineData(2, 4)]
    public void Check_GlyphsSample_Passes(int weightBits, int activationBits)
    {
        var graph = Nets.Group(OnnxReader.Read(GlyphsModel()));
        var shape = graph.Input.Shape;
        var images = Nets.Noise(32, (int)shape[1], (int)shape[2], (int)shape[3], 16);
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, images)).Resolve(LowBits(graph, weightBits, activationBits));

        ParityGate.Check(float32, network, OnnxWriter.Write(QdqExporter.Export(network)), images, workers: 2, CancellationToken.None)
            .Failure.ShouldBeNull();
    }

    [Fact]
    public void Optimized_LowBitFile_ComputesInFloatWithItsOwnBiases()
    {
        var graph = Nets.Group(Nets.Residual());
        using var float32 = new FloatNetwork(graph);
        var network = new PlanResolver(graph, Nets.Calibrate(float32, Nets.Noise(16, 3, 8, 8, 8))).Resolve(LowBits(graph, 2, 4));

        var nodes = OptimizedGraph.Nodes(OnnxWriter.Write(QdqExporter.Export(network)));

        nodes.Where(node => node.OpType is "FusedConv" or "Conv").Select(node => node.Input.Count > 2 ? node.Input[2] : "")
            .ShouldBe(["c1_bias", "c2_bias", ""]);
        nodes.ShouldNotContain(node => node.OpType == "QLinearConv" || node.OpType == "QGemm");
        nodes.Count(node => node.OpType == "Clip").ShouldBe(2);
    }

    private static string GlyphsModel()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "samples", "glyphs.onnx");
            if (File.Exists(path))
            {
                return path;
            }
        }

        throw new InvalidOperationException("The repository's samples/glyphs.onnx was not found above the test program.");
    }

    private static GroupDecision[] LowBits(GroupedGraph graph, int weightBits, int activationBits)
    {
        int last = graph.Groups.Count - 1;
        return [.. graph.Groups.Select(group => group.Index == 0 || group.Index == last
            ? Decide.Integer("mse", false)
            : Decide.Integer("mse", false, weightBits, activationBits))];
    }
}
