namespace Cluster.Networks.Tests.Graphs.Rewrites;

public sealed class GraphInvariantsTests
{
    private static readonly Dictionary<string, (Func<ModelGraph, ModelGraph> Break, string Says)> Broken = new(StringComparer.Ordinal)
    {
        ["value twice"] = (graph => With(graph, new GraphNode("n", "Relu", ["x"], ["a"])), "the value 'a' is defined twice"),
        ["value of a constant"] = (graph => With(graph, new GraphNode("n", "Relu", ["x"], ["c"])), "the value 'c' is defined twice"),
        ["constant without a name"] = (
            graph => graph with
            {
                Initializers = new Dictionary<string, TensorData>(graph.Initializers,
                    StringComparer.Ordinal)
                { [""] = TensorData.FromFloats([], [1]) }
            },
            "a value has no name"),
        ["read before"] = (graph => With(graph, new GraphNode("n", "Relu", ["lost"], ["z"])), "node 'n' reads 'lost' before it is defined"),
        ["output of nothing"] = (
            graph => graph with { Outputs = [new ValueInfo("lost", ElementType.Float, [])] }, "nothing defines the output 'lost'"),
        ["node twice"] = (graph => With(graph, new GraphNode("a", "Relu", ["x"], ["z"])), "two nodes are called 'a'"),
        ["node without a name"] = (graph => With(graph, new GraphNode("", "Relu", ["x"], ["z"])), "a Relu has no name"),
        ["node without an output"] = (graph => With(graph, new GraphNode("n", "Relu", ["x"], [""])), "node 'n' has no output"),
    };

    public static TheoryData<string> Faults => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public void Require_BrokenGraph_NamesTheStepAndTheValue(string fault)
    {
        var graph = Broken[fault].Break(Sound());

        Should.Throw<InvalidOperationException>(() => GraphInvariants.Require(graph, "folding")).Message
            .ShouldBe($"After folding the graph is not valid: {Broken[fault].Says}.");
        Should.Throw<InvalidOperationException>(() => OnnxWriter.Write(graph)).Message.ShouldContain(Broken[fault].Says);
    }

    [Fact]
    public void Violation_SoundGraphWithAbsentInputsAndOutputs_IsNone() => GraphInvariants.Violation(Sound()).ShouldBeNull();

    private static ModelGraph Sound() => new GraphBuilder(13, -1, 4, 4).Floats("c", [], 1).Node("Add", "x c", "a")
        .Nodes("LSTM", "x - -", ["h", "-", "-"]).Node("Clip", "a - c", "y").Build();

    private static ModelGraph With(ModelGraph graph, params GraphNode[] nodes) => graph with { Nodes = [.. graph.Nodes, .. nodes] };
}
