namespace Cluster.Networks.Graphs.Passes.Forms;

/// <summary>
/// Rewrites a Gemm whose third input is more than a bias (computed, or a constant of several rows or of one column) as the product and an
/// Add of beta times that input, which broadcasts in the same way.
/// </summary>
internal static class GemmAddend
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(node => node.OpType == "Gemm" && node.HasInput(2)))
        {
            return graph;
        }

        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.SelectMany(node =>
            node.OpType == "Gemm" && node.HasInput(2) && !IsBias(node, editor) ? Split(node, editor) : [node]));
    }

    // One value, or one a column: only the weight says that a last axis of that size holds columns, not rows.
    private static bool IsBias(GraphNode node, GraphEditor editor) =>
        editor.Constant(node, 2) is { } bias
        && (bias.Count == 1
            || (bias.Shape.Length <= 2 && bias.Count == bias.Shape[^1]
                && (editor.Constant(node, 1) is not { Shape.Length: 2 } weight
                    || bias.Count == weight.Shape[node.GetInt("transB", 0) == 0 ? 1 : 0])));

    private static IEnumerable<GraphNode> Split(GraphNode node, GraphEditor editor)
    {
        string product = editor.Names.Value($"{node.Output}/product");
        string addend = node.Inputs[2];
        float beta = node.GetFloat("beta", 1);
        yield return node.Without("beta") with { Inputs = [.. node.Inputs.Take(2)], Outputs = [product] };
        if (beta != 1)
        {
            string scaled = editor.Names.Value($"{node.Output}/addend");
            yield return new GraphNode(
                editor.Names.Node($"{node.Name}/beta"),
                "Mul",
                [addend, editor.Add($"{node.Name}.beta", TensorData.FromFloats([], [beta]))],
                [scaled]);
            addend = scaled;
        }

        yield return new GraphNode(editor.Names.Node($"{node.Name}/add"), "Add", [product, addend], node.Outputs);
    }
}
