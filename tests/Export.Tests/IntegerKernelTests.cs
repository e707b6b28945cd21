namespace Cluster.Export.Tests;

/// <summary>What ONNX Runtime makes of a file: no layer is left that computes in float on weights it dequantizes in every run.</summary>
public sealed class IntegerKernelTests
{
    // Networks whose layers lead to the output, or to the next layer, by nodes in float.
    private static readonly Dictionary<string, (Func<GraphBuilder> Of, int Layers)> Ends = new(StringComparer.Ordinal)
    {
        ["Conv"] = (() => First().Node("Conv", "r v", "y"), 1),
        ["Conv, Sigmoid"] = (() => First().Node("Conv", "r v", "c").Node("Sigmoid", "c", "y"), 1),
        ["Conv, Sigmoid, Mul"] = (() => First().Node("Conv", "r v", "c").Node("Sigmoid", "c", "s").Node("Mul", "c s", "y"), 2),
        // Two without dilation would be merged into one.
        ["two Conv, Add"] = (() => First().Node("Conv", "r v", "c").Node("Conv", "r v", "d", GraphBuilder.Ints("dilations", [2, 2]))
            .Node("Add", "c d", "y"), 3),
        ["two Conv, Concat"] = (() => First().Node("Conv", "r v", "c").Node("Conv", "r v", "d")
            .Node("Concat", "c d", "y", GraphBuilder.Int("axis", 1)), 3),
        ["two Conv, Exp, Mul"] = (() => First().Node("Conv", "r v", "c").Node("Exp", "c", "e").Node("Conv", "r v", "d")
            .Node("Sigmoid", "d", "s").Node("Mul", "e s", "y"), 1),
        ["LeakyRelu, Conv, Gemm"] = (() => First().Node("Conv", "r v", "c").Node("LeakyRelu", "c", "l").Node("Conv", "l v", "d")
            .Node("Tanh", "d", "t").Node("Flatten", "t", "f").Floats("m", [32, 3], Nets.Values(96, 3)).Node("Gemm", "f m", "y"), 4),
        ["GlobalAveragePool, Conv"] = (() => First().Node("GlobalAveragePool", "r", "g").Node("Conv", "g v", "y"), 2),
        ["Gemm, Softmax"] = (() => First().Node("Flatten", "r", "f").Floats("m", [32, 3], Nets.Values(96, 3)).Node("Gemm", "f m", "g")
            .Node("Softmax", "g", "y"), 2),
    };

    public static TheoryData<string> Names => [.. Ends.Keys];

    [Theory]
    [MemberData(nameof(EveryPlanTests.Names), MemberType = typeof(EveryPlanTests))]
    public void Export_EveryNetworkInInt8_LeavesNoLayerInFloatOnCodes(string name)
    {
        using var net = Calibrated.Small(name);

        InFloatOnCodes(OptimizedGraph.Nodes(OnnxWriter.Write(QdqExporter.Export(net.AllInt8("max"))).Message)).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Export_LayersBeforeNodesInFloat_HaveIntegerKernelsWhereThereAreSome(string name)
    {
        var (builder, layers) = Ends[name];
        using var net = new Calibrated(Nets.Group(builder().Build()), Nets.Noise(16, 3, 4, 4, 4));
        var network = net.AllInt8("max");
        var nodes = OptimizedGraph.Nodes(OnnxWriter.Write(QdqExporter.Export(network)).Message);

        InFloatOnCodes(nodes).ShouldBeEmpty();
        nodes.Count(node => node.OpType is "QLinearConv" or "QGemm").ShouldBe(layers);
        net.Graph.WeightedNodes.Count(network.Layout.HasQuantizedWeights).ShouldBe(layers);
        net.Check(network).Failure.ShouldBeNull();
    }

    // docs/guide/where.md: FP32 says that an input was none, INT8 does not.
    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Run_InputThatIsNoNumber_IsOneInInt8(float value)
    {
        using var net = new Calibrated(
            Nets.Group(First().Node("Conv", "r v", "c").Node("Flatten", "c", "y").Build()), Nets.Noise(16, 3, 4, 4, 4));
        float[] pixels = net.Images.Inputs(0)[0].As<float>().ToArray();
        pixels[5] = value;
        var input = TensorData.FromFloats([4, 3, 4, 4], pixels);

        InRuntime.Run(QdqExporter.Export(net.AllInt8("max")), input).ShouldAllBe(found => float.IsFinite(found));
        InRuntime.Run(net.Graph.Graph, input).ShouldContain(found => !float.IsFinite(found));
    }

    private static GraphBuilder First() => new GraphBuilder(13, -1, 3, 4, 4)
        .Floats("w", [2, 3, 1, 1], Nets.Values(6, 1)).Floats("v", [2, 2, 1, 1], Nets.Values(4, 2))
        .Node("Conv", "x w", "c1").Node("Relu", "c1", "r");

    private static IEnumerable<string> InFloatOnCodes(IReadOnlyList<NodeProto> nodes)
    {
        var dequantized = nodes.Where(node => node.OpType == "DequantizeLinear").Select(node => node.Output[0]).ToHashSet();
        return nodes
            .Where(node => node.OpType is "Conv" or "FusedConv" or "Gemm" or "FusedGemm" && dequantized.Contains(node.Input[1]))
            .Select(node => $"{node.OpType} {node.Name}");
    }
}
