using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests.TensorRt;

/// <summary>Files that keep every rule, and for each rule files that break it and no other.</summary>
public sealed class TensorRtLintTests
{
    private static readonly Dictionary<string, (Func<ModelGraph, ModelGraph> Change, string Says)> Wrong = new(StringComparer.Ordinal)
    {
        ["old opset"] = (graph => graph with { Opset = 12 }, "The file has opset 12; Q/DQ pairs with scales by channel need 13 or newer."),
        ["kernel on codes"] = (
            graph => Replace(graph, "g", node => node with { OpType = "QLinearGlobalAveragePool" }),
            "Node 'g' (QLinearGlobalAveragePool) computes on codes; TensorRT takes float operators between Q/DQ pairs."),
        ["zero point"] = (
            graph => With(graph, "r1_zero_point", TensorData.FromInt8([], [3])),
            "Node 'r1_quantize' (QuantizeLinear) has no zero point of int8 zeros; TensorRT's INT8 is symmetric."),
        ["unsigned codes"] = (
            graph => With(graph, "r1_zero_point", TensorData.FromUInt8([], [0])),
            "Node 'r1_quantize' (QuantizeLinear) has no zero point of int8 zeros; TensorRT's INT8 is symmetric."),
        ["no zero point"] = (
            graph => Replace(graph, "r1_dequantize", node => node with { Inputs = [.. node.Inputs.Take(2)] }),
            "Node 'r1_dequantize' (DequantizeLinear) has no zero point of int8 zeros; TensorRT's INT8 is symmetric."),
        ["scale of zero"] = (
            graph => With(graph, "r1_scale", TensorData.FromFloats([], [0])),
            "Node 'r1_quantize' (QuantizeLinear) has no constant float32 scales that are all positive and finite."),
        ["activation by channel"] = (
            graph => With(With(graph, "r1_scale", TensorData.FromFloats([8], [1, 1, 1, 1, 1, 1, 1, 1])), "r1_zero_point", Zeros(8)),
            "Node 'r1_quantize' (QuantizeLinear) quantizes an activation with 8 scales; TensorRT takes one a tensor."),
        ["weights by tensor"] = (
            graph => With(With(graph, "c2_weight_scale", TensorData.FromFloats([], [0.5f])), "c2_weight_zero_point", Zeros()),
            "Node 'c2' (Conv) has 1 scales on axis 0 of its weights; one for each of 8 output channels, on axis 0, is expected."),
        ["weights by input channel"] = (
            graph => Replace(
                Replace(graph, "c2_weight_quantize", node => node.With("axis", AttributeValue.Of(1))),
                "c2_weight_dequantize",
                node => node.With("axis", AttributeValue.Of(1))),
            "Node 'c2' (Conv) has 8 scales on axis 1 of its weights; one for each of 8 output channels, on axis 0, is expected."),
        ["codes read by another operator"] = (
            graph => graph with { Nodes = [.. graph.Nodes, Node("Identity", "more", ["r1_codes"], "more")] },
            "Node 'more' (Identity) reads the codes of 'r1'; only a DequantizeLinear may."),
        ["another scale behind the codes"] = (
            graph => Replace(graph, "r1_dequantize", node => node with { Inputs = [node.Inputs[0], "r2_scale", node.Inputs[2]] }),
            "Node 'r1_dequantize' (DequantizeLinear) has another scale than the QuantizeLinear 'r1_quantize' that it undoes."),
        ["activation not quantized"] = (
            graph => Reading(graph, "c3", "r2_dequantized", "r2"),
            "Node 'c3' (Conv) has quantized weights and reads an activation that is not; quantize its input, too."),
        ["weights not quantized"] = (
            graph => Reading(graph, "c3", "c3_weight_dequantized", "c3_weight"),
            "Node 'c3' (Conv) reads a quantized activation with weights that are not; it would run in float behind a Q/DQ pair of no use."),
        ["quantized output"] = (
            graph => graph with
            {
                Nodes = [.. Replace(graph, "y", node => node with { Outputs = ["y_real"] }).Nodes, .. Pair("y_real", "y")],
            },
            "Node 'y_dequantize' (DequantizeLinear) writes the network's output 'y'; leave outputs in float."),
        ["pair before the activation"] = (
            graph => Parted(graph, "c3", "r3"),
            "Node 'r3' (Relu) is parted from its layer by a Q/DQ pair; quantize behind the activation function."),
        ["pair before the sum"] = (
            graph => Parted(graph, "c2", "a"),
            "Node 'a' (Add) is parted from its layer by a Q/DQ pair; quantize the other branch only."),
        ["branch in float"] = (
            graph => Reading(graph, "a", "r1_dequantized", "r1"),
            "Node 'a' (Add) adds a branch in float to a quantized layer; quantize the branch so that the sum is fused in INT8."),
        ["bias as codes"] = (
            graph => Reading(
                With(graph, "b", TensorData.FromInt32([8], new int[8])) with
                {
                    Nodes = [Node("DequantizeLinear", "bd", ["b", "c1_weight_scale"], "bd"), .. graph.Nodes],
                },
                "c1",
                "c1_bias",
                "bd"),
            "Node 'c1' (Conv) has a bias 'bd' that is no float32 constant; leave biases in float."),
    };

    public static TheoryData<string> WrongFiles => [.. Wrong.Keys];

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void Check_WrongFile_NamesTheBrokenRule(string file)
    {
        var (change, says) = Wrong[file];

        var found = TensorRtLint.Check(change(Right()));

        found.ShouldContain(says);
        found.Select(Words).Distinct().Count().ShouldBe(1, string.Join('\n', found));
    }

    [Fact]
    public void Check_WeightsStoredAsCodes_BreakNoRule()
    {
        var graph = new GraphBuilder(13, -1, 2, 4, 4)
            .Floats("s", [], 0.5f).Constant("z", Zeros())
            .Constant("w", TensorData.FromInt8([2, 2, 1, 1], [1, -2, 3, 127])).Floats("ws", [2], 0.5f, 1).Constant("wz", Zeros(2))
            .Node("QuantizeLinear", "x s z", "q").Node("DequantizeLinear", "q s z", "d")
            .Node("DequantizeLinear", "w ws wz", "wd", Int("axis", 0)).Node("Conv", "d wd", "y").Build(-1, 2, 4, 4);

        TensorRtLint.Check(graph).ShouldBeEmpty();
    }

    [Fact]
    public void Require_FileOfAnotherTarget_IsRefusedInOneSentence()
    {
        using var net = Calibrated.Residual(8, 4);
        var file = QdqExporter.Export(net.AllInt8());

        Should.Throw<KernelException>(() => TensorRtLint.Require(file)).Message.ShouldBe(
            "The file breaks a rule of TensorRT's explicit quantization: Node 'x_quantize' (QuantizeLinear) has no zero point of int8 "
            + "zeros; TensorRT's INT8 is symmetric.");
    }

    // The sentence without names and numbers: one rule has one.
    private static string Words(string sentence) => sentence[(sentence.IndexOf(')', StringComparison.Ordinal) + 1)..];

    private static ModelGraph Right()
    {
        using var net = Calibrated.Residual(8, 4);
        var settings = Nets.AllInt8(net.Graph);
        return TensorRtExporter.Export(TensorRtNetwork.Of(net.Resolver.Resolve(settings), settings, net.Statistics));
    }

    private static TensorData Zeros(params long[] shape) => TensorData.FromInt8(shape, new sbyte[shape.Length == 0 ? 1 : shape[0]]);

    private static GraphNode Node(string type, string name, string[] inputs, string output) =>
        new(name, type, inputs, [output]);

    private static GraphNode[] Pair(string tensor, string shown) =>
    [
        Node("QuantizeLinear", shown + "_quantize", [tensor, "r1_scale", "r1_zero_point"], shown + "_codes"),
        Node("DequantizeLinear", shown + "_dequantize", [shown + "_codes", "r1_scale", "r1_zero_point"], shown),
    ];

    private static ModelGraph With(ModelGraph graph, string constant, TensorData value) => graph with
    {
        Initializers = new Dictionary<string, TensorData>(graph.Initializers.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            [constant] = value,
        },
    };

    private static ModelGraph Replace(ModelGraph graph, string name, Func<GraphNode, GraphNode> change) =>
        graph with { Nodes = [.. graph.Nodes.Select(node => node.Name == name ? change(node) : node)] };

    private static ModelGraph Reading(ModelGraph graph, string reader, string before, string now) =>
        Replace(graph, reader, node => node with { Inputs = [.. node.Inputs.Select(input => input == before ? now : input)] });

    /// <summary>A pair between what a layer writes and its reader.</summary>
    private static ModelGraph Parted(ModelGraph graph, string layer, string reader) => Reading(
        graph with
        {
            Nodes = [.. graph.Nodes.SelectMany(node => node.Name == layer ? [node, .. Pair(layer, layer + "_shown")] : new[] { node })],
        },
        reader,
        layer,
        layer + "_shown");
}
