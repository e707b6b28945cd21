namespace Cluster.Networks.Graphs.Passes.Forms;

/// <summary>Writes out the axes of a Squeeze that states none: it removes those of size 1, whatever the batch.</summary>
internal static class SqueezeAxes
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(IsBare))
        {
            return graph;
        }

        var shapes = ShapePropagation.Probe(graph).Shapes;
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.Select(node =>
            IsBare(node) && shapes[node.Inputs[0]] is { Length: > 0 } shape && !shape.Contains(-1)
            ? Written(node, shape, editor)
            : node));
    }

    // Without any axis it would remove all of size 1 again, among them a batch of one sample.
    private static GraphNode Written(GraphNode node, long[] shape, GraphEditor editor)
    {
        long[] axes = [.. shape.Index().Where(pair => pair.Item == 1).Select(pair => (long)pair.Index)];
        return axes.Length == 0
            ? new GraphNode(node.Name, "Identity", [node.Inputs[0]], node.Outputs)
            : node.WithInput(1, editor.Add($"{node.Name}.axes", TensorData.FromInt64([axes.Length], axes)));
    }

    private static bool IsBare(GraphNode node) => node.OpType == "Squeeze" && !node.HasInput(1) && node.GetInts("axes") is null;
}
