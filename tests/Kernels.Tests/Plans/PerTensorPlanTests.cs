using Cluster.Export.Paddle;
using Cluster.Export.TensorRt;

namespace Cluster.Kernels.Tests.Plans;

/// <summary>Plans in int8-tensor: one scale a weight (PaddleSlim's abs_max), from its codes to the file that ONNX Runtime runs.</summary>
public sealed class PerTensorPlanTests
{
    public static TheoryData<string> Networks => SmallNetworks.Names;

    // By hand: max|w| is 127, 254 and 127, so the scales are 1, 2 and 1; halves go to even.
    [Fact]
    public void Weights_GoldenNet_HaveTheScaleOfTheLargest()
    {
        var network = Golden();
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
        var file = QdqExporter.Export(Golden());

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
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [2, 1, 1, 1], 1e-9f, -1e-9f).Floats("b", [2], 50, -400)
            .Node("Conv", "x w b", "c").Build(-1, 2, 1, 1));
        var network = OneScale(graph);
        var node = network.Graph.WeightedNodes.Single();

        network.Weights(node).Scales.ShouldBe([400f / (1 << 30), 400f / (1 << 30)]);
        network.BiasCodes(node).ShouldBe([1 << 27, -(1 << 30)]);
    }

    // A channel of zeros has no part in the scale, and its bias has that of the others.
    [Fact]
    public void Weights_ChannelOfZeros_HasTheScaleOfTheOthers()
    {
        var graph = Nets.Group(new GraphBuilder(13, -1, 1, 1, 1)
            .Floats("w", [2, 1, 1, 1], 0, 0.127f).Floats("b", [2], 3, 0).Node("Conv", "x w b", "c").Build(-1, 2, 1, 1));
        var network = OneScale(graph);

        network.Weights(network.Graph.WeightedNodes.Single()).Scales.ShouldBe([0.127f / 127, 0.127f / 127]);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Check_EveryNetwork_OnnxRuntimeAgreesWithTheSimulation(string name)
    {
        using var net = Calibrated.Small(name);

        net.Check(net.Resolve(_ => Decide.In(GroupFormat.Int8Tensor))).Failure.ShouldBeNull();
    }

    [Fact]
    public void Write_PaddleScales_HasOneThresholdOfAWeight()
    {
        using var net = Calibrated.Residual(8, 4);
        var node = net.Graph.WeightedNodes.First();
        float largest = net.Graph.Graph.Initializers[node.Inputs[1]].As<float>().ToArray().Max(Math.Abs);

        var decisions = net.Graph.Groups.Select(_ => Decide.In(GroupFormat.Int8Tensor)).ToArray();
        var network = TensorRtNetwork.Of(net.Resolver.Resolve(decisions), decisions, net.Statistics);

        using var file = System.Text.Json.JsonDocument.Parse(PaddleScales.Write(network));

        var weight = file.RootElement.GetProperty("operators").EnumerateArray()
            .Single(op => op.GetProperty("tensor").GetString() == node.Inputs[1]);
        weight.GetProperty("quant_axis").GetInt32().ShouldBe(-1);
        weight.GetProperty("scale").EnumerateArray().Single().GetSingle().ShouldBe(largest, largest * 1e-6);
        TensorRtLint.Check(TensorRtExporter.Export(network)).ShouldBeEmpty();
    }

    [Fact]
    public void Resolve_LearnedScalesThatDiffer_AreRefused()
    {
        using var net = new Calibrated(GoldenNet.Graph(), Nets.Images([1, 2, 3], 1, 1, 3, 1));
        var settings = net.Graph.Groups.Select(_ => Decide.In(GroupFormat.Int8Tensor)).ToArray();
        LearnedParameters Learned(float second) => new()
        {
            Weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal) { ["c1"] = new([1, 2, 3, 4], [1, second]) },
        };

        net.Resolver.Resolve(settings, Learned(1)).Weights(GoldenNet.Node(net.AllInt8(), "c1")).IsPerTensor.ShouldBeTrue();
        Should.Throw<KernelException>(() => net.Resolver.Resolve(settings, Learned(2))).Message
            .ShouldContain("2 different scales were learned for 'c1'");
    }

    private static QuantizedNetwork Golden() => OneScale(GoldenNet.Quantized());

    // Inputs in steps of 1.
    private static QuantizedNetwork OneScale(GroupedGraph graph) => OneScale(Nets.Quantized(
        graph,
        OnnxRuntimeCpuPlacement.Place(graph, [.. graph.Groups.Select(_ => true)]).Points.Values.Select(point => point.ScaleOf).Distinct()
            .ToDictionary(tensor => tensor, _ => new QuantizationParameters(1, 0, 0, 255), StringComparer.Ordinal)));

    private static QuantizedNetwork OneScale(QuantizedNetwork network) => network with
    {
        Forms = network.Graph.WeightedNodes.ToDictionary(
            node => node.Name, _ => new WeightForm(8, IsPerTensor: true), StringComparer.Ordinal),
    };
}
