using Cluster.Kernels.Tests.Execution.QdqExecution;

namespace Cluster.Kernels.Tests.QuantizedNetworks;

public sealed class QuantizedNetworkTests
{
    [Fact]
    public void Weights_GoldenNet_AreTheHandComputedIntegers()
    {
        var network = GoldenNet.Quantized();
        var (first, second, third) = (GoldenNet.Node(network, "c1"), GoldenNet.Node(network, "c2"), GoldenNet.Node(network, "y"));

        network.Weights(first).Codes.ShouldBe(GoldenNet.Weights1);
        network.Weights(first).Scales.ShouldBe([1, 0.5f]);
        network.BiasCodes(first).ShouldBe(GoldenNet.Bias1);
        network.Weights(second).Codes.ShouldBe(GoldenNet.Weights2);
        network.Weights(second).Scales.ShouldBe([0.25f, 2]);
        network.BiasScales(second).ShouldBe([8f, 64]);
        network.BiasCodes(second).ShouldBe(GoldenNet.Bias2);
        network.Weights(third).Codes.ShouldBe([127, 0, 0, 1, -1, 2, -127, 4]);
        network.HasBias(third).ShouldBeFalse();
    }

    [Fact]
    public void Run_GoldenNet_SimulationGivesTheHandComputedCodes()
    {
        var network = GoldenNet.Quantized();
        using var float32 = new FloatNetwork(network.Graph);
        using var programs = float32.Compile(network);
        var codes = new CodeRecorder();
        using var live = new LiveTensors();
        live.Set("x", Nets.Images(GoldenNet.Pixels, 1, 1, 3, 1).Tensor(0));
        foreach (var program in programs.Programs)
        {
            program.Run(live, codes);
        }

        codes.Codes["x"].ShouldBe(GoldenNet.Pixels.Select(code => (int)code));
        codes.Codes["r1"].ShouldBe(GoldenNet.Codes1.Select(code => (int)code));
        codes.Codes["c2"].ShouldBe(GoldenNet.Codes2.Select(code => (int)code));
        float32.Run([.. GoldenNet.Pixels.Select(pixel => (float)pixel)], [1, 1, 1, 3], network).ShouldBe(GoldenNet.Logits);
    }

    [Theory]
    [InlineData(GraphOptimizationLevel.ORT_ENABLE_ALL)]
    [InlineData(GraphOptimizationLevel.ORT_DISABLE_ALL)]
    public void Export_GoldenNet_OnnxRuntimeGivesTheHandComputedCodes(GraphOptimizationLevel optimize)
    {
        var network = GoldenNet.Quantized();
        var artefact = QdqExporter.Export(network);
        var opened = artefact with
        {
            Outputs = [.. artefact.Outputs, Codes("r1", 2, 1, 2), Codes("c2", 2, 1, 2)],
        };
        TensorData[] pixels = [TensorData.FromFloats([1, 1, 1, 3], Array.ConvertAll(GoldenNet.Pixels, pixel => (float)pixel))];
        using var plain = OrtSession.Open(OnnxWriter.Write(artefact), new OrtSessionOptions { Optimize = optimize });
        using var session = OrtSession.Open(OnnxWriter.Write(opened), new OrtSessionOptions { Optimize = optimize });

        var outputs = session.Run(pixels, ["r1_codes", "c2_codes", "y"]);

        outputs[0].As<byte>().ToArray().ShouldBe(GoldenNet.Codes1);
        outputs[1].As<byte>().ToArray().ShouldBe(GoldenNet.Codes2);
        outputs[2].As<float>().ToArray().ShouldBe(GoldenNet.Logits);
        plain.Run(pixels, ["y"])[0].As<float>().ToArray().ShouldBe(GoldenNet.Logits);
    }

    [Fact]
    public void Weights_NearlyDeadChannel_KeepItsBiasWithinInt32()
    {
        var network = NearlyDead();
        var node = GoldenNet.Node(network, "c");

        network.BiasCodes(node).ShouldAllBe(code => Math.Abs((long)code) <= (1 << 30) + 1L);
        float[] restored = [.. network.BiasCodes(node).Zip(network.BiasScales(node), (code, scale) => code * scale)];
        restored[0].ShouldBe(0.5f, 1e-3f);
        restored[1].ShouldBe(-4, 1e-5f);
        restored[2].ShouldBe(3, 1e-5f);
        network.Weights(node).Codes[1].ShouldBe((sbyte)0);
        network.Weights(node).Scales[0].ShouldBe(1 / 127f, "other channels keep their scale");
    }

    [Fact]
    public void Export_NearlyDeadChannel_RuntimeAndSimulationKeepTheBias()
    {
        var network = NearlyDead();
        using var float32 = new FloatNetwork(network.Graph);
        float[] pixels = [0, 17, 200, 255];

        float[] simulated = float32.Run(pixels, [4, 1, 1, 1], network);
        float[] runtime = InRuntime.Run(QdqExporter.Export(network), TensorData.FromFloats([4, 1, 1, 1], pixels));

        runtime.ShouldBe(simulated);

        // y = c through an identity matrix; c's step is 0.0625.
        Enumerable.Range(0, 4).Select(image => runtime[(image * 3) + 1]).ShouldAllBe(value => Math.Abs(value + 4) < 0.04f);
        Enumerable.Range(0, 4).Select(image => runtime[(image * 3) + 2]).ShouldAllBe(value => Math.Abs(value - 3) < 0.04f);
    }

    [Fact]
    public void Bias_GemmWithOneNumber_IsTheSameForEveryChannel()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 2).Floats("w", [3, 2], 1, 2, 3, 4, 5, 6).Floats("b", [1], 7)
            .Node("Flatten", "x", "f").Node("Gemm", "f w b", "y", GraphBuilder.Int("transB", 1)).Build());
        var bank = new WeightBank(graph);
        var node = graph.Graph.Nodes.Single(node => node.OpType == "Gemm");

        bank.Bias(node).ShouldBe([7f, 7, 7]);
        bank.Channels(node).ShouldBe(3);
        WeightBank.OutputAxis(node).ShouldBe(0);
    }

    [Fact]
    public void Resolve_MixedCalibrators_TakesEachRangeFromTheGroupThatOwnsIt()
    {
        using var net = Calibrated.Residual(32, 8);
        GroupDecision[] settings =
        [
            Decide.Integer("max", false),
            Decide.Integer("percentile:99", false),
            Decide.Integer("max", false),
            Decide.Float32,
        ];

        var network = net.Resolver.Resolve(settings);

        network.Parameters(network.Layout.Points["r1"]).High.ShouldBe(net.Statistics.Get("r1").Max, net.Statistics.Get("r1").Max * 1e-5);
        network.Parameters(network.Layout.Points["r2"]).High.ShouldBeLessThan(net.Statistics.Get("r2").Max * 0.99f);
        network.Parameters(network.Layout.Points["r1"]).ZeroPoint.ShouldBe(0);
        network.Parameters(network.Layout.Points["f"]).ShouldBe(network.Parameters(network.Layout.Points["g"]));
        net.Resolver.Resolve(settings).Parameters(network.Layout.Points["r2"]).ShouldBe(network.Parameters(network.Layout.Points["r2"]));
    }

    private static ValueInfo Codes(string tensor, params long[] shape) =>
        new(tensor + "_codes", ElementType.UInt8, [-1, .. shape]);

    // Weights of 1e-10 beside a bias of -4: with the channel's own scale the bias code is about -4e12.
    private static QuantizedNetwork NearlyDead()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [3, 1, 1, 1], 1, 1e-10f, 1e-10f).Floats("b", [3], 0.5f, -4, 3)
            .Floats("v", [3, 3], 1, 0, 0, 0, 1, 0, 0, 0, 1)
            .Node("Conv", "x w b", "c").Node("Flatten", "c", "f").Node("Gemm", "f v", "y", GraphBuilder.Int("transB", 1)).Build());
        var ranges = new Dictionary<string, QuantizationParameters>(StringComparer.Ordinal)
        {
            ["x"] = new(0.01f, 0, 0, 255),
            ["c"] = new(0.0625f, 100, 0, 255),
        };
        return Nets.Quantized(graph, ranges);
    }
}
