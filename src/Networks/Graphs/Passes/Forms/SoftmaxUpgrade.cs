namespace Cluster.Networks.Graphs.Passes.Forms;

/// <summary>
/// Before opset 13 Softmax, LogSoftmax and Hardmax ran over all axes from <c>axis</c> (by default 1) on together; since then they run over
/// one, by default the last. The two are the same if all but one of those axes have size 1; else those axes are joined for it.
/// </summary>
internal static class SoftmaxUpgrade
{
    public static ModelGraph Apply(ModelGraph graph, int opset)
    {
        if (opset >= OpsetUpgrade.Target || !graph.Nodes.Any(IsSoftmax))
        {
            return graph;
        }

        IReadOnlyDictionary<string, long[]> shapes = ShapePropagation.Probe(graph).Shapes;
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.SelectMany(node => IsSoftmax(node) ? Upgrade(node, shapes[node.Inputs[0]], editor.Names) : [node]));
    }

    /// <summary>The same for a body, whose shapes are not known: the axes are joined always.</summary>
    public static ModelGraph Joined(ModelGraph graph)
    {
        var names = new NameSource(graph);
        return graph with
        {
            Nodes = [.. graph.Nodes.SelectMany(node => IsSoftmax(node) ? Joined(node, node.GetInt("axis", 1), names) : [node])],
        };
    }

    private static bool IsSoftmax(GraphNode node) => node.OpType is "Softmax" or "LogSoftmax" or "Hardmax";

    private static IEnumerable<GraphNode> Upgrade(GraphNode node, long[] shape, NameSource names)
    {
        int axis = ShapeMath.Axis(node.GetInt("axis", 1), shape.Length) ?? throw node.Error("names an axis that its input does not have.");
        int[] real = [.. Enumerable.Range(axis, shape.Length - axis).Where(i => shape[i] != 1)];
        return real.Length <= 1
            ? [node.With("axis", AttributeValue.Of((long)(real.Length == 1 ? real[0] : axis)))]
            : Joined(node, axis, names);
    }

    private static IEnumerable<GraphNode> Joined(GraphNode node, long axis, NameSource names)
    {
        string[] values = [names.Value($"{node.Output}/rows"), names.Value($"{node.Output}/joined"), names.Value($"{node.Output}/shape")];
        yield return new GraphNode(
            names.Node($"{node.Name}/rows"), "Flatten", [node.Inputs[0]], [values[0]], ("axis", AttributeValue.Of(axis)));
        yield return node.With("axis", AttributeValue.Of(-1L)) with { Inputs = [values[0]], Outputs = [values[1]] };
        yield return new GraphNode(names.Node($"{node.Name}/shape"), "Shape", [node.Inputs[0]], [values[2]]);
        yield return new GraphNode(names.Node($"{node.Name}/reshape"), "Reshape", [values[1], values[2]], node.Outputs);
    }
}
