using Cluster.Networks.Graphs.Passes.Forms;
using static Cluster.Tests.GraphBuilder;

namespace Cluster.Networks.Tests.Graphs.Rewrites;

/// <summary>Files that are quantized already, as FP32 networks again; held against the files themselves in ONNX Runtime.</summary>
public sealed class DequantizationTests
{
    // The input's step; the least step of the outputs is a fourth of it.
    private const float Step = 1 / 64f;

    [Fact]
    public void Apply_PairsOfQuantizeAndDequantize_AreGoneAndWeightsAreNumbers()
    {
        var file = Constants(new GraphBuilder(13, -1, 4))
            .Node("QuantizeLinear", "x s middle", "q").Node("DequantizeLinear", "q s middle", "d")
            .Node("DequantizeLinear", "w ws wz4", "wd", Int("axis", 0)).Node("MatMul", "d wd", "m")
            .Node("QuantizeLinear", "m s low", "mq").Node("DequantizeLinear", "mq s low", "y").Build();

        var graph = Dequantization.Apply(file);

        graph.Nodes.Select(node => node.OpType).ShouldBe(["MatMul", "Clip"], "a code of zero at least stands for a Relu");
        graph.Initializers[graph.Nodes[0].Inputs[1]].As<float>().ToArray().ShouldBe([1, -0.5f, 0.25f, 0, -2, 1.5f, 0.75f, 1]);
        IsNear(file, graph);
    }

    [Fact]
    public void Apply_ProductsOfCodes_AreProductsOfNumbers()
    {
        var file = Constants(new GraphBuilder(13, -1, 4))
            .Node("QuantizeLinear", "x s middle", "q")
            .Node("QLinearMatMul", "q s middle w1 s wz s middle", "p").Node("Reshape", "p shape", "r")
            .Node("QLinearConv", "r s middle k ks wz2 s middle b", "c")
            .Node("DequantizeLinear", "c s middle", "y").Build();

        var graph = Dequantization.Apply(file);

        graph.Nodes.Select(node => node.OpType).ShouldBe(["MatMul", "Reshape", "Conv"]);
        IsNear(file, graph);
    }

    [Fact]
    public void Apply_RuntimesOwnOperators_AreOnnxs()
    {
        var plain = Constants(new GraphBuilder(13, -1, 4))
            .Node("QuantizeLinear", "x s middle", "q")
            .Node("QGemm", "q s middle w1 s wz b4 s middle", "g", Int("transB", 1))
            .Node("QLinearAdd", "g s middle q s middle s middle", "a")
            .Node("DequantizeLinear", "a s middle", "y").Build();
        var file = Owned(plain, "QGemm", "QLinearAdd");

        var graph = Dequantization.Apply(file);

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Gemm", "Add"]);
        graph.Nodes.ShouldAllBe(node => node.Domain.Length == 0);
        IsNear(file, graph);
    }

    // As ONNX Runtime's quantize_dynamic writes them: the scales' product first, the sum cast and multiplied by it.
    [Fact]
    public void Apply_RangesFoundInEachRun_AreProductsOfNumbers()
    {
        var file = Constants(new GraphBuilder(13, -1, 4))
            .Nodes("DynamicQuantizeLinear", "x", ["q", "qs", "qz"]).Node("Mul", "qs ws", "scale")
            .Node("MatMulInteger", "q w1 qz wz4", "i").Node("Cast", "i", "f", Int("to", 1)).Node("Mul", "f scale", "p")
            .Node("Reshape", "p shape", "r").Nodes("DynamicQuantizeLinear", "r", ["rq", "rs", "rz"])
            .Node("ConvInteger", "rq k rz wz", "ci").Node("Cast", "ci", "cf", Int("to", 1))
            .Node("Mul", "s rs", "cscale").Node("Mul", "cscale cf", "c")
            .Nodes("DynamicQuantizeLinear", "c", ["cq", "cs", "cz"]).Node("Mul", "cs cs", "square")
            .Node("MatMulInteger", "cq cq cz cz", "si").Node("Cast", "si", "sf", Int("to", 1)).Node("Mul", "sf square", "y").Build();

        var graph = Dequantization.Apply(file);

        graph.Nodes.Select(node => node.OpType).ShouldBe(["MatMul", "Reshape", "Conv", "MatMul"]);
        graph.Initializers[graph.Nodes[0].Inputs[1]].As<float>()[..4].ToArray().ShouldBe([9 / 4f, -2 / 8f, 2 / 2f, 0]);
        IsAlike(file, graph, 30);
    }

    // As ONNX Runtime's quantize_dynamic of 2020 writes a bias: in the steps that each run finds for its sum.
    [Theory]
    [InlineData("Floor")]
    [InlineData("Round")]
    public void Apply_BiasRoundedToStepsOfARun_IsTheBias(string rounding)
    {
        var file = Constants(new GraphBuilder(13, -1, 4)).Floats("bias", [2], 3, -2).Ints("channels", 1, 2, 1, 1)
            .Node("Reshape", "x shape", "r").Nodes("DynamicQuantizeLinear", "r", ["q", "qs", "qz"])
            .Node("Mul", "qs s", "step").Node("Div", "bias step", "steps").Node(rounding, "steps", "whole")
            .Node("Cast", "whole", "codes", Int("to", 6)).Node("Reshape", "codes channels", "added")
            .Node("ConvInteger", "q k qz wz", "i").Node("Add", "i added", "sum").Node("Cast", "sum", "f", Int("to", 1))
            .Node("Mul", "qs s", "scale").Node("Mul", "f scale", "y").Build();

        var graph = Dequantization.Apply(file);

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Reshape", "Reshape", "Conv", "Add"]);
        IsAlike(file, graph, 40);
    }

    [Fact]
    public void Apply_RuntimesOwnProductsOfRanges_AreProductsOfNumbers()
    {
        var plain = Constants(new GraphBuilder(13, -1, 4)).Floats("bias", [4], 3, -2, 1, 0)
            .Constant("wz4u", TensorData.FromUInt8([4], [130, 128, 127, 120]))
            .Constant("wu", TensorData.FromUInt8([4, 4], [139, 122, 130, 128, 124, 131, 131, 132, 133, 140, 100, 90, 131, 148, 108, 129]))
            .Node("DynamicQuantizeMatMul", "x wu ws wz4u bias", "first")
            .Node("DynamicQuantizeMatMul", "first w1 ws", "second")
            .Nodes("DynamicQuantizeLinear", "second", ["q", "qs", "qz"])
            .Node("MatMulIntegerToFloat", "q w1 qs ws qz wz4 bias", "y").Build();
        var file = Owned(plain, "DynamicQuantizeMatMul", "MatMulIntegerToFloat");

        var graph = Dequantization.Apply(file);

        graph.Nodes.Select(node => node.OpType).ShouldBe(["MatMul", "Add", "MatMul", "MatMul", "Add"]);
        graph.Initializers[graph.Nodes[0].Inputs[1]].As<float>()[..4].ToArray().ShouldBe([9 / 4f, -6 / 8f, 3 / 2f, 8 / 4f]);
        IsAlike(file, graph, 30);
    }

    // Codes are (directions, inputs, gates): LSTM's are the other way round. Steps of a direction, or of each of its gates.
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    public void Apply_RuntimesOwnLstm_IsLstm(int steps)
    {
        sbyte[] Codes(int count, int seed) => [.. Nets.Values(count, seed).Select(value => (sbyte)(50 * value))];
        float[] Scales(int seed) => [.. Nets.Values(2 * steps, seed).Select(value => 0.01f + (0.005f * value))];
        long[] shape = steps == 1 ? [2] : [2, steps];
        var points = TensorData.FromInt8(shape, new sbyte[2 * steps]);
        var plain = new GraphBuilder(13, -1, 4)
            .Constant("w", TensorData.FromInt8([2, 4, 8], Codes(64, 1))).Constant("r", TensorData.FromInt8([2, 2, 8], Codes(32, 2)))
            .Floats("ws", shape, Scales(3)).Floats("rs", shape, Scales(4)).Constant("z", points)
            .Floats("b", [2, 16], Nets.Values(32, 6)).Ints("sequence", 1, -1, 4).Ints("rows", -1, 4)
            .Node("Reshape", "x sequence", "s")
            .Nodes("DynamicQuantizeLSTM", "s w r b - - - - ws z rs z", ["h"], Int("hidden_size", 2), Text("direction", "bidirectional"))
            .Node("Reshape", "h rows", "y").Build();
        var file = Owned(plain, "DynamicQuantizeLSTM");

        var graph = Dequantization.Apply(file);

        graph.Nodes.Select(node => node.OpType).ShouldBe(["Reshape", "LSTM", "Reshape"]);
        IsAlike(file, graph, 30);
    }

    [Theory]
    [InlineData("Mul", "qs qs", "The output 'y' holds codes where numbers are expected")]
    [InlineData("Mul", "qs x", "Node 'y' (Mul) computes with codes in a form that is not undone here")]
    [InlineData("Add", "qs x", "Node 'y' (Add) computes with codes in a form that is not undone here")]
    public void Apply_StepOfARunReadOtherwise_IsRefused(string type, string inputs, string words)
    {
        var file = new GraphBuilder(13, -1, 4).Nodes("DynamicQuantizeLinear", "x", ["q", "qs", "qz"]).Node(type, inputs, "y").Build();

        Should.Throw<KernelException>(() => Dequantization.Apply(file)).Message.ShouldStartWith(words);
    }

    // Codes are rounded at each node: some steps in all.
    private static void IsNear(ModelGraph file, ModelGraph graph)
    {
        float[] input = Nets.Values(12, 5);
        Nets.Distance(Rewritten.Run(graph, 3, input), Rewritten.Run(file, 3, input)).ShouldBeLessThan(8 * Step);
    }

    private static void IsAlike(ModelGraph file, ModelGraph graph, double decibels)
    {
        float[] input = Nets.Values(12, 5);
        var (expected, found) = (Rewritten.Run(file, 3, input), Rewritten.Run(graph, 3, input));
        double noise = expected.Zip(found, (a, b) => Math.Pow(a - b, 2)).Sum();
        (10 * Math.Log10(expected.Sum(value => (double)value * value) / noise)).ShouldBeGreaterThan(decibels);
    }

    private static ModelGraph Owned(ModelGraph graph, params string[] types) => graph with
    {
        Domains = new Dictionary<string, long> { [WeightOnlyNodes.Domain] = 1 },
        Nodes = [.. graph.Nodes.Select(node => types.Contains(node.OpType) ? node with { Domain = WeightOnlyNodes.Domain } : node)],
    };

    private static GraphBuilder Constants(GraphBuilder graph) => graph
        .Floats("s", [], Step).Floats("ws", [4], 1 / 4f, 1 / 8f, 1 / 2f, 1 / 4f)
        .Floats("ks", [2], 1 / 32f, 1 / 64f)
        .Constant("middle", TensorData.FromUInt8([], [128])).Constant("low", TensorData.FromUInt8([], [0]))
        .Constant("wz", TensorData.FromInt8([], [0])).Constant("wz2", TensorData.FromInt8([2], [0, 0]))
        .Constant("wz4", TensorData.FromInt8([4], [0, 0, 0, 0]))
        .Constant("w", TensorData.FromInt8([4, 2], [4, -2, 2, 0, -4, 3, 3, 4]))
        .Constant("w1", TensorData.FromInt8([4, 4], [9, -2, 2, 0, -4, 3, 3, 4, 5, 6, -7, -8, 3, 20, -20, 1]))
        .Constant("k", TensorData.FromInt8([2, 1, 1, 1], [32, -64])).Constant("b", TensorData.FromInt32([2], [300, -200]))
        .Constant("b4", TensorData.FromInt32([4], [300, -200, 100, 0]))
        .Ints("shape", -1, 1, 2, 2);
}
