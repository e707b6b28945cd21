namespace Cluster.Networks.Graphs.Inference;

/// <summary>The size and cost of a network, node by node.</summary>
/// <param name="Nodes">In the graph's order.</param>
/// <param name="Parameters">Elements of the graph's float constants, each counted once.</param>
/// <param name="MultiplyAccumulates">Sum over the nodes.</param>
public sealed record GraphSummary(IReadOnlyList<NodeSummary> Nodes, long Parameters, long MultiplyAccumulates)
{
    /// <summary>Summarises a graph; padding counts as computed, as usual.</summary>
    /// <exception cref="KernelException">A node's shape cannot be inferred.</exception>
    public static GraphSummary Of(ModelGraph graph, long batch = 1)
    {
        IReadOnlyDictionary<string, long[]> shapes = ShapeInference.Infer(graph, batch);
        List<NodeSummary> nodes = [.. graph.Nodes.Select(node => new NodeSummary(
            node.Name,
            node.OpType,
            shapes[node.Output],
            node.Inputs.Distinct(StringComparer.Ordinal).Sum(input => ParametersOf(graph.Initializers.GetValueOrDefault(input))),
            NodeProducts.Of(node, shapes)))];
        return new GraphSummary(nodes, graph.Initializers.Values.Sum(ParametersOf), nodes.Sum(node => node.MultiplyAccumulates));
    }

    private static long ParametersOf(TensorData? constant) => constant is { Type: ElementType.Float } ? constant.Count : 0;
}

/// <summary>The cost of one node.</summary>
/// <param name="OutputShape">At the batch size of the summary.</param>
/// <param name="Parameters">Elements of the float constants that the node reads; a constant that two nodes read counts for both.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of convolutions, matrix products, contractions and recurrent layers, for the
/// whole batch; 0 for others.</param>
public sealed record NodeSummary(string Name, string OpType, IReadOnlyList<long> OutputShape, long Parameters, long MultiplyAccumulates);
