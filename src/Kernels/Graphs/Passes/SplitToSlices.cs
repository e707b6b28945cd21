using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Rewrites Split as one Slice per output: every node then has one output, and runtimes move codes through a Slice unchanged.
/// </summary>
internal static class SplitToSlices
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => node.OpType == "Split"))
        {
            return graph;
        }

        IReadOnlyDictionary<string, long[]> shapes = ShapePropagation.Probe(graph).Shapes;
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.SelectMany(node => node.OpType == "Split" ? Slices(node, shapes, editor) : [node]));
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
