namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Merges a node into the only consumer of its output. One sweep also merges chains, as the merged node is the next one's producer.
/// </summary>
internal static class PairFusion
{
    /// <summary>
    /// Returns the node that does the work of both and produces the second one's output, or null if they cannot be merged.
    /// </summary>
    /// <param name="input">The input of <paramref name="second"/> that <paramref name="first"/> produces.</param>
    internal delegate GraphNode? Fuse(GraphNode first, GraphNode second, int input, GraphEditor editor);

    public static ModelGraph Apply(ModelGraph graph, Fuse fuse)
    {
        Dictionary<string, int> uses = CountUses(graph);
        var editor = new GraphEditor(graph);
        var nodes = new List<GraphNode?>(graph.Nodes.Count);
        var producer = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (GraphNode original in graph.Nodes)
        {
            GraphNode node = original;
            for (int i = 0; i < original.Inputs.Count; i++)
            {
                string name = original.Inputs[i];
                if (uses.GetValueOrDefault(name) == 1
                    && producer.TryGetValue(name, out int slot)
                    && nodes[slot] is { Outputs.Count: 1 } first
                    && fuse(first, node, i, editor) is { } merged)
                {
                    nodes[slot] = null;
                    node = merged;
                    break;
                }
            }

            // The second node's place is after all inputs of both.
            foreach (string output in node.Outputs)
            {
                producer[output] = nodes.Count;
            }

            nodes.Add(node);
        }

        return editor.Build(nodes.OfType<GraphNode>());
    }

    /// <summary>How often each value is read; being an output of the graph counts as a read.</summary>
    public static Dictionary<string, int> CountUses(ModelGraph graph) => graph.Nodes
        .SelectMany(node => node.Inputs)
        .Where(input => input.Length > 0)
        .Concat(graph.Outputs.Select(output => output.Name))
        .CountBy(name => name, StringComparer.Ordinal)
        .ToDictionary(StringComparer.Ordinal);
}
