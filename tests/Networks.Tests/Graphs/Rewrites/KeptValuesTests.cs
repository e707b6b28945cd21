namespace Cluster.Networks.Tests.Graphs.Rewrites;

public sealed class KeptValuesTests
{
    private static readonly Dictionary<string, (Func<ModelGraph, ModelGraph> Rewrite, string? Says)> Rewrites = new(StringComparer.Ordinal)
    {
        ["the same"] = (graph => graph with { }, null),
        ["other nodes between"] = (graph => With(graph, new GraphNode("b", "Abs", ["a"], ["b"]), Transpose(1, 0)), null),
        ["another shape"] = (
            graph => With(graph, graph.Nodes[1], new GraphNode("y", "Identity", ["b"], ["y"])),
            "'y' has the shape [3,5] where it had [5,3]"),
        ["another type"] = (
            graph => With(
                graph, new GraphNode("b", "Cast", ["a"], ["b"], ("to", AttributeValue.Of((long)ElementType.Int32))), Transpose(1, 0)),
            "'b' is Int32 where it was Float"),
        ["no shape at all"] = (
            graph => With(graph, new GraphNode("b", "MatMul", ["a", "a"], ["b"]), Transpose(1, 0)),
            "its shapes or types do not fit any more (Node 'b' (MatMul) reads [3,5] and [3,5], which ONNX Runtime refuses"),
        ["operands of two types"] = (
            graph => With(
                graph,
                new GraphNode("k", "Cast", ["a"], ["k"], ("to", AttributeValue.Of((long)ElementType.Int64))),
                new GraphNode("b", "Mul", ["a", "k"], ["b"]),
                Transpose(1, 0)),
            "its shapes or types do not fit any more (Node 'b' (Mul) reads [3,5] and [3,5], which ONNX Runtime refuses"),
    };

    public static TheoryData<string> Names => [.. Rewrites.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void Require_RewrittenGraph_NamesTheStepAndTheValueThatDiffers(string name)
    {
        var graph = new GraphBuilder(13, 3, 5).Node("Sigmoid", "x", "a").Node("Relu", "a", "b").Build();
        graph = With(graph, graph.Nodes[1], Transpose(1, 0)) with { Outputs = [new ValueInfo("y", ElementType.Float, [5, 3])] };
        var (rewrite, says) = Rewrites[name];
        var kept = new KeptValues(graph);

        if (says is null)
        {
            Should.NotThrow(() => kept.Require(rewrite(graph), "folding"));
        }
        else
        {
            Should.Throw<InvalidOperationException>(() => kept.Require(rewrite(graph), "folding")).Message
                .ShouldStartWith($"After folding the graph is not the same: {says}");
        }
    }

    [Fact]
    public void Require_TheBatchFreed_ComparesAtTheFilesOwn()
    {
        var graph = new GraphBuilder(13, 3, 5).Node("Relu", "x", "y").Build();
        var free = graph with { Inputs = [new ValueInfo("x", ElementType.Float, [-1, 5])] };

        Should.NotThrow(() => new KeptValues(graph).Require(free, "freeing"));
        Should.Throw<InvalidOperationException>(() => new KeptValues(graph).Require(
            graph with { Inputs = [new ValueInfo("x", ElementType.Float, [-1, 6])] }, "freeing"))
            .Message.ShouldContain("'x' has the shape [3,6] where it had [3,5]");
    }

    private static GraphNode Transpose(params long[] axes) => new("y", "Transpose", ["b"], ["y"], ("perm", AttributeValue.Of(axes)));

    // Sigmoid first, then these.
    private static ModelGraph With(ModelGraph graph, params GraphNode[] nodes) => graph with { Nodes = [graph.Nodes[0], .. nodes] };
}
