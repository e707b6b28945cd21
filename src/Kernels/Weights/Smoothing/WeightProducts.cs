namespace Cluster.Kernels.Weights.Smoothing;

/// <summary>Finds the products by constant matrices that nothing else reads.</summary>
internal static class WeightProducts
{
    /// <summary>In execution order of their first node.</summary>
    public static IReadOnlyList<WeightProduct> Find(ModelGraph graph)
    {
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var readers = graph.Readers();
        return
        [
            .. graph.Nodes
                .Where(node => IsProduct(node, graph) && !outputs.Contains(node.Inputs[1]))
                .Select(node => node.Inputs[1])
                .Distinct(StringComparer.Ordinal)
                .Where(weight => readers[weight].All(node => IsProduct(node, graph) && node.Inputs[1] == weight))
                .Where(weight => readers[weight].Select(IsTransposed).Distinct().Count() == 1)
                .Select(weight => Of(weight, [.. readers[weight]], graph.Initializers[weight].Shape)),
        ];
    }

    private static WeightProduct Of(string weight, IReadOnlyList<GraphNode> nodes, long[] shape) => IsTransposed(nodes[0])
        ? new WeightProduct(weight, nodes, (int)shape[1], (int)shape[0], true)
        : new WeightProduct(weight, nodes, (int)shape[0], (int)shape[1], false);

    private static bool IsProduct(GraphNode node, ModelGraph graph) =>
        (node.OpType == "MatMul" || (node.OpType == "Gemm" && IsPlain(node)))
        && graph.Initializers.TryGetValue(node.Inputs[1], out var weight)
        && weight is { Type: ElementType.Float, Shape: [> 0, > 0] }
        && !graph.Initializers.ContainsKey(node.Inputs[0]);

    private static bool IsPlain(GraphNode node) =>
        node.GetInt("transA", 0) == 0 && node.GetFloat("alpha", 1) == 1 && (!node.HasInput(2) || node.GetFloat("beta", 1) == 1);

    private static bool IsTransposed(GraphNode node) => node.OpType == "Gemm" && node.GetInt("transB", 0) != 0;
}
