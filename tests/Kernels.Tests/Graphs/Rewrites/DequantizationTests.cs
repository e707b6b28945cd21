using Cluster.Kernels.Graphs.Passes.Forms;
using static Cluster.Kernels.Tests.Graphs.GraphBuilder;

namespace Cluster.Kernels.Tests.Graphs.Rewrites;

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
        var file = plain with
        {
            Domains = new Dictionary<string, long> { [WeightOnlyNodes.Domain] = 1 },
            Nodes =
            [
                .. plain.Nodes.Select(
                    node => node.OpType is "QGemm" or "QLinearAdd" ? node with { Domain = WeightOnlyNodes.Domain } : node),
            ],
        };

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
        float[] input = Nets.Values(12, 5);
        var (expected, found) = (Rewritten.Run(file, 3, input), Rewritten.Run(graph, 3, input));
        double noise = expected.Zip(found, (a, b) => Math.Pow(a - b, 2)).Sum();
        (10 * Math.Log10(expected.Sum(value => (double)value * value) / noise)).ShouldBeGreaterThan(30);
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
