namespace Cluster.Networks.Graphs.Passes.Forms;

/// <summary>
/// Writes functions that opsets 23 and 24 and ONNX Runtime's own domain have as one operator by the ones that they are made of, which have
/// slopes and which every runtime knows; runtimes join them again.
/// </summary>
internal static class JoinedFunctions
{
    private const string Microsoft = "com.microsoft";

    public static ModelGraph Apply(ModelGraph graph)
    {
        if (!graph.Nodes.Any(IsKnown))
        {
            return graph;
        }

        var types = ElementTypes.Of(graph);
        var editor = new GraphEditor(graph);
        return editor.Build(graph.Nodes.SelectMany(node =>
            IsKnown(node) && types.GetValueOrDefault(node.Inputs[0]) == ElementType.Float
                && Composed(new Composition(node, graph, editor)) is { } nodes ? nodes : [node]));
    }

    private static bool IsKnown(GraphNode node) => (node.Domain, node.OpType) is ("", "Swish" or "RMSNormalization")
        or (Microsoft, "QuickGelu" or "Gelu" or "BiasGelu" or "FastGelu" or "SkipLayerNormalization");

    private static IReadOnlyList<GraphNode>? Composed(Composition at)
    {
        var node = at.Of;
        string value = node.Inputs[0];
        switch (node.OpType)
        {
            case "Swish" or "QuickGelu":
                float alpha = node.GetFloat("alpha", node.OpType == "Swish" ? 1 : 1.702f);
                return at.End(at.Add("Mul", [value, at.Add("Sigmoid", [at.Times(value, alpha)])]));

            case "Gelu" or "BiasGelu":
                value = node.HasInput(1) ? at.Add("Add", [value, node.Inputs[1]]) : value;
                string error = at.Add("Erf", [at.Add("Div", [value, at.Number(MathF.Sqrt(2))])]);
                return at.End(at.Times(at.Add("Mul", [value, at.Add("Add", [error, at.Number(1)])]), 0.5f));

            case "FastGelu":
                value = node.HasInput(1) ? at.Add("Add", [value, node.Inputs[1]]) : value;
                string cube = at.Times(at.Add("Pow", [value, at.Number(3)]), 0.044715f);
                string bent = at.Add("Tanh", [at.Times(at.Add("Add", [value, cube]), MathF.Sqrt(2 / MathF.PI))]);
                return at.End(at.Add("Mul", [value, at.Times(at.Add("Add", [bent, at.Number(1)]), 0.5f)]));

            // The sum is its fourth output.
            case "SkipLayerNormalization" when node.HasInput(2) && !node.Outputs.Skip(1).Take(2).Any(output => output.Length > 0):
                value = at.Add("Add", [value, node.Inputs[1]]);
                value = node.HasInput(4) ? at.Add("Add", [value, node.Inputs[4]]) : value;
                string normal = at.Add(
                    "LayerNormalization",
                    node.HasInput(3) ? [value, node.Inputs[2], node.Inputs[3]] : [value, node.Inputs[2]],
                    ("epsilon", AttributeValue.Of(node.GetFloat("epsilon", 1e-12f))));
                return at.End(normal, string.Empty, string.Empty, value);

            case "RMSNormalization" when node.GetInt("axis", -1) == -1:
                string mean = at.Mean(at.Add("Pow", [value, at.Number(2)]), -1);
                string spread = at.Add("Sqrt", [at.Add("Add", [mean, at.Number(node.GetFloat("epsilon", 1e-5f))])]);
                return at.End(at.Add("Mul", [at.Add("Div", [value, spread]), node.Inputs[1]]));

            default:
                return null;
        }
    }
}
