namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Rewrites HardSwish(x) as x · HardSigmoid(x), which is how ONNX defines it (alpha 1/6, beta 0.5). In FP32 both take the same time, as
/// runtimes expand the one into the other; quantized, the product has an integer kernel and the whole function has none.
/// </summary>
public static class HardSwishSplit
{
    private const string OpType = "HardSwish";
    private const string Gate = "/hard_swish_gate";

    /// <summary>The graph without any HardSwish.</summary>
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (graph.Nodes.All(node => node.OpType != OpType))
        {
            return graph;
        }

        var names = new NameSource(graph);
        return graph with { Nodes = [.. graph.Nodes.SelectMany(node => node.OpType == OpType ? Split(node, names) : [node])] };
    }

    private static IEnumerable<GraphNode> Split(GraphNode node, NameSource names)
    {
        string gate = names.Value(node.Output + Gate);
        yield return new GraphNode(
            names.Node(node.Name + Gate),
            "HardSigmoid",
            [node.Inputs[0]],
            [gate],
            ("alpha", AttributeValue.Of(1f / 6)),
            ("beta", AttributeValue.Of(0.5f)));
        yield return new GraphNode(node.Name, "Mul", [node.Inputs[0], gate], node.Outputs);
    }
}
