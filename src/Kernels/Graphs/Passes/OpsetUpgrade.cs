namespace Cluster.Kernels.Graphs.Passes;

/// <summary>
/// Rewrites operators of opsets 8 to 12 in the form of opset 13, where what used to be attributes are inputs.
/// Newer graphs stay at their opset.
/// </summary>
internal static class OpsetUpgrade
{
    public const int Target = 13;

    public static ModelGraph Apply(ModelGraph graph)
    {
        if (graph.Opset >= Target)
        {
            return graph;
        }

        var editor = new GraphEditor(graph);
        var nodes = new List<GraphNode>(graph.Nodes.Count);
        foreach (GraphNode node in graph.Nodes)
        {
            nodes.Add(Upgrade(node, graph.Opset, editor));
        }

        return editor.Build(nodes) with { Opset = Target };
    }

    private static GraphNode Upgrade(GraphNode node, int opset, GraphEditor editor)
    {
        switch (node.OpType)
        {
            case "Clip" when opset < 11:
                return FloatInput(FloatInput(node, "min", 1, editor), "max", 2, editor);
            case "Slice" when opset < 10:
                return IntsInput(IntsInput(IntsInput(node, "starts", 1, editor), "ends", 2, editor), "axes", 3, editor);
            case "Pad" when opset < 11:
                return FloatInput(IntsInput(node, "pads", 1, editor), "value", 2, editor);
            case "Squeeze" or "Unsqueeze":
                return IntsInput(node, "axes", 1, editor);
            case "Dropout":
                return node.Without("ratio", "seed");
            case "BatchNormalization" when node.GetInt("spatial", 1) == 0:
                throw node.Error(
                    "normalises every position on its own (spatial 0), which is not supported; export the network at opset 9 or newer.");
            case "BatchNormalization":
                return node.Without("spatial");
            default:
                return node;
        }
    }

    private static GraphNode IntsInput(GraphNode node, string attribute, int input, GraphEditor editor) =>
        node.GetInts(attribute) is { } values
            ? Moved(node, attribute, input, TensorData.FromInt64([values.Count], [.. values]), editor)
            : node;

    private static GraphNode FloatInput(GraphNode node, string attribute, int input, GraphEditor editor) =>
        node.Attributes.GetValueOrDefault(attribute)?.Float is { } value
            ? Moved(node, attribute, input, TensorData.FromFloats([], [value]), editor)
            : node;

    private static GraphNode Moved(GraphNode node, string attribute, int input, TensorData value, GraphEditor editor) =>
        node.Without(attribute).WithInput(input, editor.Add($"{node.Name}.{attribute}", value));
}
