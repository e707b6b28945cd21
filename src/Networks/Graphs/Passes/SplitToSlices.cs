namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Rewrites Split in parts of fixed sizes as one Slice per output: runtimes move codes through a Slice unchanged.
/// </summary>
internal static class SplitToSlices
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => node.OpType == "Split"))
        {
            return graph;
        }

        var probe = ShapePropagation.Probe(graph);
        var shapes = probe.Shapes;
        var scaled = graph.Inputs.All(input => input.FreeAxes.Count == 0) ? shapes : ShapePropagation.Run(graph, 1, FreeSizes.Scale).Shapes;
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.SelectMany(node => node.OpType == "Split" && HasFixedParts(node)
            ? Slices(node, shapes, editor)
            : [node]));

        // Others are executed as they are.
        bool HasFixedParts(GraphNode node)
        {
            long[] shape = shapes[node.Inputs[0]];
            return ShapeMath.Axis(node.GetInt("axis", 0), shape.Length) is { } axis
                && (!node.HasInput(1) || editor.Constant(node, 1) is not null || probe.Values.ContainsKey(node.Inputs[1]))
                && shape[axis] > 0 && (axis == 0 || shape[axis] == scaled[node.Inputs[0]][axis]);
        }
    }

    private static IEnumerable<GraphNode> Slices(GraphNode node, IReadOnlyDictionary<string, long[]> shapes, GraphEditor editor)
    {
        long[] input = shapes[node.Inputs[0]];
        int axis = ShapeMath.Axis(node.GetInt("axis", 0), input.Length)!.Value;
        string axes = editor.Add($"{node.Name}.axes", TensorData.FromInt64([1], [axis]));
        long start = 0;
        foreach (var (index, output) in node.Outputs.Index().Where(pair => pair.Item.Length > 0))
        {
            long end = start + shapes[output][axis];
            yield return new GraphNode(
                index == 0 ? node.Name : editor.Names.Node($"{node.Name}/{index}"),
                "Slice",
                [
                    node.Inputs[0],
                    editor.Add($"{node.Name}.starts{index}", TensorData.FromInt64([1], [start])),
                    editor.Add($"{node.Name}.ends{index}", TensorData.FromInt64([1], [end])),
                    axes,
                ],
                [output]);
            start = end;
        }
    }
}
