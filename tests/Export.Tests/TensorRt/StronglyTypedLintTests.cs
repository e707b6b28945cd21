using static Cluster.Tests.GraphBuilder;

namespace Cluster.Export.Tests.TensorRt;

/// <summary>Strongly typed files written by hand: one that keeps every rule, and for each rule one that breaks it alone.</summary>
public sealed class StronglyTypedLintTests
{
    private static readonly Dictionary<string, (Func<ModelGraph, ModelGraph> Change, string Says)> Wrong = new(StringComparer.Ordinal)
    {
        ["old opset"] = (graph => graph with { Opset = 18 }, "The file has opset 18; its Q/DQ pairs need 19 or newer."),
        ["scale of another type than what is quantized"] = (
            graph => With(graph, "q", node => node with { Inputs = ["xh", "s32", "z"] }),
            "Node 'q' (QuantizeLinear) reads float16 with a scale in float32; both have one type."),
        ["scale of zero"] = (
            graph => With(graph, "s", Halves(0)),
            "Node 'q' (QuantizeLinear) has no constant float32 or float16 scales that are all positive and finite."),
        ["weights of another type than the activation"] = (
            graph => With(graph, "wd", node => node with { Inputs = ["w", "ws32", "wz"] }),
            "Node 'c' (Conv) reads 'd' in float16 and 'wd' in float32; nothing is converted but by a Cast."),
        ["bias in float32"] = (
            graph => With(graph, "b", TensorData.FromFloats([2], [1, 2])),
            "Node 'c' (Conv) reads 'd' in float16 and 'b' in float32; nothing is converted but by a Cast."),
        ["sum of two types"] = (
            graph => graph with
            {
                Nodes =
                [
                    .. graph.Nodes.TakeWhile(node => node.Name != "a"),
                    Node("DequantizeLinear", "d32", "q", "s32", "z"),
                    Node("Add", "a", "c", "d32"),
                    .. graph.Nodes.TakeLast(2),
                ],
            },
            "Node 'a' (Add) reads 'c' in float16 and 'd32' in float32; nothing is converted but by a Cast."),
        ["softmax in float16"] = (
            graph => graph with
            {
                Nodes =
                [
                    .. graph.Nodes.SkipLast(2),
                    Node("Softmax", "p", "a"),
                    new GraphNode("y", "Cast", ["p"], ["y"], ("to", AttributeValue.Of((long)ElementType.Float))),
                ],
            },
            "Node 'p' (Softmax) computes in float16, which its sums, powers or quotients may leave; it is to read float32."),
        ["constant that was too large"] = (
            graph => With(graph, "b", Halves(1, 7e4f)), "The constant 'b' is not finite in float16; keep it and its readers in float32."),
        ["output without a Cast"] = (
            graph => graph with
            {
                Nodes = [.. graph.Nodes.SkipLast(2), new GraphNode("y", "Relu", ["a"], ["y"])],
            },
            "The output 'y' is computed in float16 and stated as float32; a Cast is to stand before it."),
        ["codes that a Cast reads"] = (
            graph => graph with
            {
                Nodes =
                [
                    .. graph.Nodes.SkipLast(2),
                    new GraphNode("k", "Cast", ["w"], ["k"], ("to", AttributeValue.Of((long)ElementType.Float16))),
                    Node("Relu", "r", "a"),
                    graph.Nodes[^1],
                ],
            },
            "Node 'k' (Cast) casts codes; only a DequantizeLinear reads and only a QuantizeLinear writes them."),
        ["another scale behind the codes"] = (
            graph => With(graph, "d", node => node with { Inputs = ["q", "s2", "z"] }),
            "Node 'd' (DequantizeLinear) has another scale than the QuantizeLinear 'q' that it undoes."),
        ["zero point"] = (
            graph => With(graph, "z", TensorData.FromInt8([], [3])),
            "Node 'q' (QuantizeLinear) has no zero point of int8 zeros; TensorRT's INT8 is symmetric."),
    };

    public static TheoryData<string> WrongFiles => [.. Wrong.Keys];

    [Fact]
    public void CheckStronglyTyped_RightFile_BreaksNoRuleAndIsOpened()
    {
        TensorRtLint.CheckStronglyTyped(Right()).ShouldBeEmpty();
        InRuntime.RunAsWritten(OnnxWriter.Write(Right()).Message, TensorData.FromFloats([1, 2, 1, 1], [1, 2])).Length.ShouldBe(2);
    }

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void CheckStronglyTyped_WrongFile_NamesTheBrokenRule(string file)
    {
        var (change, says) = Wrong[file];

        var found = TensorRtLint.CheckStronglyTyped(change(Right()));

        found.ShouldContain(says);
        found.Select(sentence => sentence[(sentence.LastIndexOf(')') + 1)..]).Distinct().Count().ShouldBe(1, string.Join('\n', found));
    }

    // One that is typed by two scales, as a layer in float32 reads codes that one in FP16 reads, too.
    [Fact]
    public void CheckStronglyTyped_PairOfTwoTypes_BreaksNoRule()
    {
        var graph = Right();
        graph = graph with
        {
            Nodes =
            [
                .. graph.Nodes.SkipLast(1),
                Node("DequantizeLinear", "d32", "q", "s32", "z"),
                Node("Neg", "n", "d32"),
                graph.Nodes[^1],
            ],
        };

        TensorRtLint.CheckStronglyTyped(graph).ShouldBeEmpty();
    }

    private static ModelGraph Right() => new GraphBuilder(19, -1, 2, 1, 1)
        .Constant("s", Halves(0.5f)).Constant("s2", Halves(0.25f)).Floats("s32", [], 0.5f).Constant("z", TensorData.FromInt8([], [0]))
        .Constant("w", TensorData.FromInt8([2, 2, 1, 1], [1, -2, 3, 127])).Constant("ws", Halves(0.5f, 1)).Floats("ws32", [2], 0.5f, 1)
        .Constant("wz", TensorData.FromInt8([2], [0, 0])).Constant("b", Halves(1, 2))
        .Node("Cast", "x", "xh", Int("to", (long)ElementType.Float16))
        .Node("QuantizeLinear", "xh s z", "q").Node("DequantizeLinear", "q s z", "d")
        .Node("DequantizeLinear", "w ws wz", "wd", Int("axis", 0))
        .Node("Conv", "d wd b", "c").Node("Add", "c d", "a").Node("Relu", "a", "r")
        .Node("Cast", "r", "y", Int("to", (long)ElementType.Float)).Build(-1, 2, 1, 1);

    private static TensorData Halves(params float[] values) =>
        TensorData.FromFloats(values.Length == 1 ? [] : [values.Length], values).Narrowed(ElementType.Float16);

    private static GraphNode Node(string type, string name, params string[] inputs) => new(name, type, inputs, [name]);

    private static ModelGraph With(ModelGraph graph, string constant, TensorData value) => graph with
    {
        Initializers = new Dictionary<string, TensorData>(graph.Initializers.ToDictionary(StringComparer.Ordinal), StringComparer.Ordinal)
        {
            [constant] = value,
        },
    };

    private static ModelGraph With(ModelGraph graph, string name, Func<GraphNode, GraphNode> change) =>
        graph with { Nodes = [.. graph.Nodes.Select(node => node.Name == name ? change(node) : node)] };
}
