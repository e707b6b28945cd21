namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Multiplies Gemm's alpha into a constant weight and its beta into a constant bias, so that both are 1 wherever
/// possible.
/// </summary>
internal static class GemmScaling
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.Select(node => node.OpType == "Gemm"
            ? Scale(Scale(node, "alpha", 1, "weight", editor), "beta", 2, "bias", editor)
            : node));
    }

    private static GraphNode Scale(GraphNode node, string attribute, int input, string hint, GraphEditor editor)
    {
        float factor = node.GetFloat(attribute, 1);
        if (factor == 1 || !node.HasInput(input))
        {
            return node.Without(attribute);
        }

        return editor.Constant(node, input) is { Type: ElementType.Float } constant
            ? node.Without(attribute).WithInput(
                input,
                editor.Add(
                    $"{node.Name}.{hint}",
                    TensorData.FromFloats(constant.Shape, Array.ConvertAll(constant.As<float>().ToArray(), value => value * factor))))
            : node;
    }
}
