namespace Cluster.Kernels.Graphs.Inference;

/// <summary>A network in numbers, node by node.</summary>
/// <param name="Nodes">In the graph's order.</param>
/// <param name="Parameters">Elements of the graph's float constants, each counted once.</param>
/// <param name="MultiplyAccumulates">Sum over the nodes.</param>
public sealed record GraphSummary(IReadOnlyList<NodeSummary> Nodes, long Parameters, long MultiplyAccumulates)
{
    /// <summary>Summarises a graph; padding counts as computed, as is usual.</summary>
    /// <exception cref="KernelException">A node's shape cannot be inferred.</exception>
    public static GraphSummary Of(ModelGraph graph, long batch = 1)
    {
        IReadOnlyDictionary<string, long[]> shapes = ShapeInference.Infer(graph, batch);
        List<NodeSummary> nodes = [.. graph.Nodes.Select(node => new NodeSummary(
            node.Name,
            node.OpType,
            shapes[node.Output],
            node.Inputs.Distinct(StringComparer.Ordinal).Sum(input => ParametersOf(graph.Initializers.GetValueOrDefault(input))),
            ProductsOf(node, shapes)))];
        return new GraphSummary(nodes, graph.Initializers.Values.Sum(ParametersOf), nodes.Sum(node => node.MultiplyAccumulates));
    }

    private static long ParametersOf(TensorData? constant) => constant is { Type: ElementType.Float } ? constant.Count : 0;

    private static long ProductsOf(GraphNode node, IReadOnlyDictionary<string, long[]> shapes)
    {
        long Count(string name) => ShapeMath.Count(shapes[name]) ?? 0;
        return node.OpType switch
        {
            // Each output element sums over (I/g, kernel); transposed, each input element goes to (O/g, kernel).
            "Conv" => Count(node.Output) * (Count(node.Inputs[1]) / shapes[node.Inputs[1]][0]),
            "ConvTranspose" => Count(node.Inputs[0]) * (Count(node.Inputs[1]) / shapes[node.Inputs[1]][0]),
            "Gemm" => Count(node.Output) * shapes[node.Inputs[0]][node.GetInt("transA", 0) != 0 ? 0 : 1],
            "MatMul" => Count(node.Output) * shapes[node.Inputs[0]][^1],
            _ => 0,
        };
    }
}
