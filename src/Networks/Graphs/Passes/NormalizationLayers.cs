namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Writes a BatchNormalization that no layer before it takes up as a depthwise convolution of single points, y = k x + (beta - mean k),
/// k = gamma / sqrt(var + epsilon): behind a Concat or a sum it is a layer with an integer kernel, as BatchNormalization has none and
/// would be an island in float between layers of codes. One code a channel, so that its weights have no rounding error but that of
/// their scales.
/// </summary>
internal static class NormalizationLayers
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => node.OpType == "BatchNormalization"))
        {
            return graph;
        }

        var shapes = ShapePropagation.Run(graph, 2).Shapes;
        var inputs = graph.Inputs.Select(input => input.Name).ToHashSet(StringComparer.Ordinal);
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.Select(node =>
            node.OpType == "BatchNormalization"
            && shapes[node.Inputs[0]] is [_, > 1, _, _]
            && !inputs.Contains(node.Inputs[0])
            && ChannelNormalization.Of(node, editor) is { } normal
                ? Layer(node, normal, editor)
                : node));
    }

    private static GraphNode Layer(GraphNode node, ChannelNormalization normal, GraphEditor editor)
    {
        var (factors, mean, shift) = normal;
        string weight = editor.Add(
            node.Name + "/factors", TensorData.FromFloats([factors.Length, 1, 1, 1], [.. factors.Select(factor => (float)factor)]));
        string bias = editor.Add(
            node.Name + "/shifts",
            TensorData.FromFloats([factors.Length], [.. factors.Select((factor, i) => (float)(shift[i] - (mean[i] * factor)))]));
        return new GraphNode(
            node.Name, "Conv", [node.Inputs[0], weight, bias], node.Outputs, ("group", AttributeValue.Of((long)factors.Length)));
    }
}
