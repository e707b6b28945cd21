namespace Cluster.Networks.Graphs.Passes;

/// <summary>Removes nodes and constants that no output depends on.</summary>
internal static class DeadCodeElimination
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        var needed = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var kept = new List<GraphNode>();
        for (int i = graph.Nodes.Count - 1; i >= 0; i--)
        {
            GraphNode node = graph.Nodes[i];
            if (node.Outputs.Any(needed.Contains))
            {
                needed.UnionWith(node.Inputs.Where(input => input.Length > 0));
                kept.Add(Trim(node, needed));
            }
        }

        kept.Reverse();
        return graph with
        {
            Nodes = kept,
            Initializers = graph.Initializers.Where(pair => needed.Contains(pair.Key)).ToDictionary(StringComparer.Ordinal),
        };
    }

    // Trailing unread outputs (a Dropout's mask) and trailing absent inputs can be dropped. A Split divides by the number of its outputs,
    // a node with bodies has as many as they, and ONNX requires both of TopK and all of DynamicQuantizeLinear.
    private static GraphNode Trim(GraphNode node, HashSet<string> needed)
    {
        int outputs = node.Outputs.Count;
        while (outputs > 1 && node is { OpType: not ("Split" or "TopK" or "DynamicQuantizeLinear"), HasBody: false, Domain: "" }
            && !needed.Contains(node.Outputs[outputs - 1]))
        {
            outputs--;
        }

        int inputs = node.Inputs.Count;
        while (inputs > 0 && node.Inputs[inputs - 1].Length == 0)
        {
            inputs--;
        }

        return node with
        {
            Inputs = [.. node.Inputs.Take(inputs)],
            Outputs = [.. node.Outputs.Take(outputs)],
            OutputTypes = [.. node.OutputTypes.Take(outputs)],
        };
    }
}
