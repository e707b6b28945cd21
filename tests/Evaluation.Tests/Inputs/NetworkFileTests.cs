using System.Security.Cryptography;
using Cluster.Coordinator.Plans;
using Cluster.Evaluation.Inputs;
using Cluster.Kernels;
using Cluster.Kernels.Data;
using Cluster.Kernels.Execution;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Graphs.Onnx;
using Cluster.Tests;

namespace Cluster.Evaluation.Tests.Inputs;

public sealed class NetworkFileTests : IDisposable
{
    private readonly WorkFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Open_TinyNetwork_KnowsItsShapeAndIsItsOwnBaseline()
    {
        TinyNetwork.Write(_folder.Root);
        var network = NetworkFile.Open(_folder["tiny.onnx"]);
        network.Grouped.Input.Shape.ShouldBe([-1, 1, TinyNetwork.Side, TinyNetwork.Side]);
        network.Classes.ShouldBe(TinyNetwork.Classes);
        network.Digest.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_folder["tiny.onnx"]))));
        network.Float32Model.ShouldBe(network.Bytes, "the user's own file is what the result is compared with");
    }

    [Fact]
    public void Open_BatchFixedToOne_GetsABaselineThatTakesAnyBatch()
    {
        var graph = TinyNetwork.Graph();
        Write(graph with
        {
            Inputs = [Shape(graph.Inputs[0], 1, 1, TinyNetwork.Side, TinyNetwork.Side)],
            Outputs = [Shape(graph.Outputs[0], 1, TinyNetwork.Classes)]
        });
        var network = NetworkFile.Open(_folder["net.onnx"]);
        network.Float32Model.ShouldNotBe(network.Bytes);
        OnnxReader.Read(network.Float32Model, "baseline").Inputs[0].Shape[0].ShouldBeLessThan(1);
    }

    [Theory]
    [InlineData(-1L, 1L, -1L, 8L)]
    [InlineData(-1L, 1L, 8L)]
    public void Open_InputIsNoImageOfOneSize_IsRefused(params long[] shape)
    {
        ArgumentNullException.ThrowIfNull(shape);
        var graph = TinyNetwork.Graph();
        Write(graph with { Inputs = [Shape(graph.Inputs[0], shape)] });
        Should.Throw<KernelException>(() => NetworkFile.Open(_folder["net.onnx"]));
    }

    [Fact]
    public void OpenFor_PlanOfAnOlderVersion_KeepsHardSwishWhole()
    {
        TinyNetwork.Write(_folder.Root);
        var graph = TinyNetwork.Graph();
        Write(graph with
        {
            Opset = 14,
            Nodes = [.. graph.Nodes.Select(node => node.Name == "firstRelu" ? node with { OpType = "HardSwish" } : node)],
        });
        var plan = new PlanFile(Plan.Baseline("onnxruntime-cpu", ["first"]), new BuiltFrom("m", "c"), Seed: 0);
        string[] rest = ["Conv", "Relu", "GlobalAveragePool", "Flatten", "Gemm"];
        var current = NetworkFile.Open(_folder["net.onnx"]);
        var older = NetworkFile.Open(_folder["net.onnx"], form: NetworkForm.HardSwishWhole);

        Operators(NetworkFile.OpenFor(_folder["net.onnx"], plan, calibration: null)).ShouldBe(Operators(current));
        Operators(NetworkFile.OpenFor(_folder["net.onnx"], plan, Calibrated(current, "new")))
            .ShouldBe(["Conv", "HardSigmoid", "Mul", .. rest]);
        Operators(NetworkFile.OpenFor(_folder["net.onnx"], plan, Calibrated(older, "old"))).ShouldBe(["Conv", "HardSwish", .. rest]);
    }

    [Fact]
    public void Open_NoFile_SaysWhatToGive() =>
        Should.Throw<KernelException>(() => NetworkFile.Open(_folder["none.onnx"])).Message.ShouldContain("FP32 ONNX network");

    // The folder that a job with the network leaves.
    private string Calibrated(NetworkFile network, string name)
    {
        using var float32 = new FloatNetwork(network.Grouped);
        var images = DataSource.Open($"idx:{_folder["images-idx3-ubyte"]}");
        var batches = new ImageBatches(images, new Preprocess(PixelColor.Gray, 1, [0], [1]), 4);
        new CalibrationFolder(_folder[name]).WriteStatistics(CalibrationPass.Run(float32, batches, 1, null, CancellationToken.None));
        return _folder[name];
    }

    private static string[] Operators(NetworkFile network) => [.. network.Grouped.Graph.Nodes.Select(node => node.OpType)];

    private static ValueInfo Shape(ValueInfo value, params long[] shape) => value with { Shape = shape };

    private void Write(ModelGraph graph) => File.WriteAllBytes(_folder["net.onnx"], OnnxWriter.Write(graph));
}
