namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Rewrites a convolution of single points, with which many exporters end a classifier, as Gemm where it leads to the network's output
/// alone: a convolution has an integer kernel only if it rounds its output, a Gemm has one with a float output.
/// </summary>
internal static class PointConvolutions
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => HasPointWeights(graph, node)))
        {
            return graph;
        }

        var (first, second) = ShapePropagation.Pair(graph);
        var readers = IntegerReaders.Of(graph, graph.Nodes, new NodeRoles(graph), _ => false);
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.SelectMany(node =>
            HasPointWeights(graph, node) && IsPoint(first, node) && IsPoint(second, node) && !readers.AreCodes(node.Output)
                ? Gemm(editor, node)
                : [node]));
    }

    // Nothing is read but one point, whatever strides and dilations are.
    private static bool HasPointWeights(ModelGraph graph, GraphNode node) => node.OpType == "Conv"
        && graph.Initializers.GetValueOrDefault(node.Inputs[1]) is { Type: ElementType.Float } weights
        && weights.Shape.Skip(2).All(size => size == 1)
        && node.GetInt("group", 1) == 1
        && (node.GetInts("pads") ?? []).All(pad => pad == 0);

    private static bool IsPoint(ShapePropagation sizes, GraphNode node) => sizes.Shapes[node.Inputs[0]].Skip(2).All(size => size == 1);

    private static GraphNode[] Gemm(GraphEditor editor, GraphNode node)
    {
        var weights = editor.Constant(node, 1)!;
        long[] matrix = [weights.Shape[0], weights.Shape[1]], restored = [-1, weights.Shape[0], .. weights.Shape.Skip(2)];
        string rows = editor.Names.Value(node.Inputs[0] + "/rows"), product = editor.Names.Value(node.Output + "/product");
        string matrixName = editor.Add(node.Inputs[1] + "/matrix", weights.Reshaped(matrix));
        string shape = editor.Add(node.Name + "/restore.shape", TensorData.FromInt64([restored.Length], restored));
        return
        [
            new GraphNode(editor.Names.Node(rows), "Flatten", [node.Inputs[0]], [rows]),
            new GraphNode(
                node.Name,
                "Gemm",
                [rows, matrixName, .. node.Inputs.Skip(2).Where(bias => bias.Length > 0)],
                [product],
                ("transB", AttributeValue.Of(1L))),
            new GraphNode(editor.Names.Node(node.Name + "/restore"), "Reshape", [product, shape], [node.Output]),
        ];
    }
}
