using Cluster.Kernels.Quantization.RuntimeNodes;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Kernels.Tests.Quantization;

/// <summary>Layers whose weights alone are codes: by hand, and against the float network with these weights.</summary>
public sealed class WeightsAloneTests
{
    public static TheoryData<string> Networks => SmallNetworks.Names;

    [Fact]
    public void Of_Gemm_HasTheseCodes()
    {
        var graph = new GraphBuilder(14, -1, 3).Floats("w", [2, 3], 127, -2, 0.4f, 25.4f, 50.8f, -3.1f)
            .Node("Gemm", "x w", "y", Int("transB", 1)).Build();

        var layer = WeightsAlone.Of(graph.Nodes[0], [(1, 0)], graph.Initializers, new NameSource(graph));

        layer.Node.Inputs.ShouldBe(["x", "y_weight_dequantized"]);
        layer.Constants["y_weight_codes"].As<sbyte>().ToArray().ShouldBe([127, -2, 0, 64, 127, -8]);
        layer.Constants["y_weight_scale"].As<float>().ToArray().ShouldBe([1, 0.4f], 1e-7);
        layer.Constants["y_weight_scale"].Shape.ShouldBe([2, 1]);
        layer.Before.Select(node => node.OpType).ShouldBe(["Cast", "Mul"]);
    }

    [Theory]
    [MemberData(nameof(Networks))]
    public void Check_EveryNetwork_OnnxRuntimeAgreesWithTheSimulation(string name)
    {
        using var net = Calibrated.Small(name);
        var network = net.Resolve(_ => Decide.In(GroupFormat.Int8Weights));
        var file = QdqExporter.Export(network);

        net.Check(network).Failure.ShouldBeNull();
        file.Nodes.ShouldNotContain(node => node.OpType == "QuantizeLinear");
        file.Initializers.Values.Count(constant => constant.Type == ElementType.Int8)
            .ShouldBeGreaterThanOrEqualTo(net.Graph.WeightedNodes.Count(node => !net.Graph.IsFactor(node)));
        SaturatingProducts.In(file).ShouldBeEmpty();
    }

    // The same float network with each weight rounded to 127ths of its channel's largest.
    [Fact]
    public void Run_Residual_IsTheFloatNetworkWithTheseWeights()
    {
        using var net = Calibrated.Small("residual");
        var graph = net.Graph.Graph;
        var constants = new Dictionary<string, TensorData>(graph.Initializers, StringComparer.Ordinal);
        foreach (var node in net.Graph.WeightedNodes)
        {
            var weight = graph.Initializers[node.Inputs[1]];
            int channels = (int)weight.Shape[0];
            WeightBank.OutputAxis(node).ShouldBe(0);
            float[] rounded = [.. weight.As<float>().ToArray().Chunk((int)weight.Count / channels).SelectMany(channel =>
            {
                float scale = channel.Max(Math.Abs) / 127;
                return channel.Select(value => MathF.Round(value / scale) * scale);
            })];
            constants[node.Inputs[1]] = TensorData.FromFloats(weight.Shape, rounded);
        }

        using var expected = new FloatNetwork(Nets.Group(graph with { Initializers = constants }));
        var inputs = net.Images.Inputs(0);

        float[] found = net.Float32.Run(inputs, net.Resolve(_ => Decide.In(GroupFormat.Int8Weights)));

        found.ShouldBe(expected.Run(inputs), 1e-4);
        found.Zip(net.Float32.Run(inputs), (one, other) => Math.Abs(one - other)).Max().ShouldBeGreaterThan(1e-4f);
    }
}
