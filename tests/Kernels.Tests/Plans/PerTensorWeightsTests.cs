using Cluster.Kernels.Export.Paddle;
using Cluster.Kernels.Export.TensorRt;
using Cluster.Kernels.Plans.Placement;

namespace Cluster.Kernels.Tests.Plans;

/// <summary>PaddleSlim's abs_max: a weight with one scale, from its codes to the file that ONNX Runtime runs.</summary>
public sealed class PerTensorWeightsTests
{
    public static TheoryData<string> Networks =>
        ["residual", "depthwise and dilation", "grouped convolutions", "products", "attention", "silu around zero"];

    // By hand: max|w| is 127, 254 and 127, so the scales are 1, 2 and 1; halves go to even.
    [Fact]
    public void Weights_GoldenNet_HaveTheScaleOfTheLargest()
    {
        var network = Golden(GoldenNet.Graph());
        var first = network.Weights(GoldenNet.Node(network, "c1"));
        var second = network.Weights(GoldenNet.Node(network, "c2"));

        first.Codes.ShouldBe([127, -64, 64, 20]);
        first.Scales.ShouldBe([1f, 1]);
        second.Codes.ShouldBe([16, -2, -127, 50]);
        second.Scales.ShouldBe([2f, 2]);
        network.BiasScales(GoldenNet.Node(network, "c2")).ShouldBe([64f, 64]);
        network.BiasCodes(GoldenNet.Node(network, "c2")).ShouldBe([2, -2]);
    }

    [Fact]
    public void Export_GoldenNet_HasScalarsWithoutAxis()
    {
        var file = QdqExporter.Export(Golden(GoldenNet.Graph()));

        foreach (string layer in new[] { "c1", "c2", "y" })
        {
            var node = file.Nodes.Single(node => node.Name == layer + "_weight_dequantize");
            file.Initializers[node.Inputs[1]].Shape.ShouldBeEmpty();
            file.Initializers[node.Inputs[2]].Shape.ShouldBeEmpty();
            node.Attributes.Keys.ShouldNotContain("axis");
        }
    }

    // The bias -400 needs a scale of 400 / 2^30 / the input's, far above max|w| / 127: all channels have it.
    [Fact]
    public void Weights_BiasBeyondInt32_RaisesTheOneScale()
    {
        var network = Golden(Nets.Group(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [1, 2], 1e-9f, -1e-9f).Floats("b", [2], 50, -400)
            .Node("Flatten", "x", "f").Node("Gemm", "f w b", "c").Build(-1, 2)));
        var node = GoldenNet.Node(network, "c");

        network.Weights(node).Scales.ShouldBe([400f / (1 << 30), 400f / (1 << 30)]);
        network.BiasCodes(node).ShouldBe([1 << 27, -(1 << 30)]);
        network.Weights(node).IsPerTensor.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Check_EveryNetwork_OnnxRuntimeAgreesWithTheSimulation(string name)
    {
        using var net = Calibrated.Small(name);
        var network = net.Resolver.Resolve(Settings(net.Graph.Groups.Count));

        var report = net.Check(network);

        report.Failure.ShouldBeNull();
    }

    [Fact]
    public void Write_PaddleScales_HasOneThresholdOfAWeight()
    {
        using var net = Calibrated.Residual(8, 4);
        var settings = Settings(net.Graph.Groups.Count);
        var network = net.Resolver.Resolve(settings);
        var node = net.Graph.WeightedNodes.First();
        float largest = net.Graph.Graph.Initializers[node.Inputs[1]].As<float>().ToArray().Max(Math.Abs);

        using var file = System.Text.Json.JsonDocument.Parse(
            PaddleScales.Write(TensorRtNetwork.Of(network, settings, net.Statistics, perTensorWeights: true)));

        var weight = file.RootElement.GetProperty("operators").EnumerateArray()
            .Single(op => op.GetProperty("tensor").GetString() == node.Inputs[1]);
        weight.GetProperty("quant_axis").GetInt32().ShouldBe(-1);
        weight.GetProperty("scale").EnumerateArray().Single().GetSingle().ShouldBe(largest, largest * 1e-6);
        TensorRtLint.Check(TensorRtExporter.Export(TensorRtNetwork.Of(network, settings, net.Statistics))).ShouldBeEmpty();
    }

    [Fact]
    public void Resolve_FewerBitsOrLearnedWeights_AreRefused()
    {
        using var net = new Calibrated(GoldenNet.Graph(), Nets.Images([1, 2, 3], 1, 1, 3, 1));
        var learned = new LearnedParameters
        {
            Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal) { ["c1"] = new([1, 2, 3, 4], [1, 1]) },
        };

        Should.Throw<KernelException>(() => net.Resolve(_ => Decide.Integer("max", false, 4) with { PerTensorWeights = true })).Message
            .ShouldContain("One scale for a whole weight was asked for with weights in int4");
        Should.Throw<KernelException>(() => net.Resolver.Resolve(Settings(net.Graph.Groups.Count), learned)).Message
            .ShouldContain("where the plan has one scale for the whole weight");
    }

    private static GroupDecision[] Settings(int groups) =>
        [.. Enumerable.Repeat(Decide.Integer("max", false) with { PerTensorWeights = true }, groups)];

    private static QuantizedNetwork Golden(Kernels.Graphs.Groups.GroupedGraph graph)
    {
        var layout = OnnxRuntimeCpuPlacement.Place(graph, [.. graph.Groups.Select(_ => true)]);
        var ranges = layout.Points.Values.Select(point => point.ScaleOf).Distinct().ToDictionary(
            tensor => tensor,
            tensor => tensor switch
            {
                "r1" => new QuantizationParameters(32, 0, 0, 255),
                "c2" => new QuantizationParameters(1024, 30, 0, 255),
                _ => new QuantizationParameters(1, 0, 0, 255),
            },
            StringComparer.Ordinal);
        return new QuantizedNetwork(graph, layout, new WeightBank(graph), ranges, new Dictionary<string, float[]>(StringComparer.Ordinal))
        {
            Forms = graph.WeightedNodes.ToDictionary(
                node => node.Name, _ => WeightForm.Int8 with { IsPerTensor = true }, StringComparer.Ordinal),
        };
    }
}
