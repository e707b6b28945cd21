namespace Cluster.Networks.Graphs.Passes;

/// <summary>
/// Removes nodes that return their input: Identity, Dropout (no effect at inference), Cast to the same type, Pad by nothing, Clip without
/// bounds.
/// </summary>
internal static class RedundantNodeRemoval
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        Dictionary<string, ElementType> types = ElementTypes.Of(graph);
        Dictionary<string, int> uses = PairFusion.CountUses(graph);
        var outputs = graph.Outputs.Select(output => output.Name).ToHashSet(StringComparer.Ordinal);
        var produced = new HashSet<string>(StringComparer.Ordinal);
        var renamed = new Dictionary<string, string>(StringComparer.Ordinal);
        var nodes = new List<GraphNode>(graph.Nodes.Count);
        foreach (GraphNode original in graph.Nodes)
        {
            GraphNode node = original.Inputs.Any(renamed.ContainsKey)
                ? original with { Inputs = [.. original.Inputs.Select(input => renamed.GetValueOrDefault(input, input))] }
                : original;
            bool isRedundant = IsRedundant(node, graph, types, uses);
            if (isRedundant && !outputs.Contains(node.Output))
            {
                renamed[node.Output] = node.Inputs[0];
            }
            else if (isRedundant && node.Inputs[0] is var input && produced.Contains(input) && !outputs.Contains(input))
            {
                // The graph's output keeps its name: the input tensor is renamed to it, also for its other readers.
                Rename(nodes, input, node.Output);
                produced.Add(node.Output);
                renamed[input] = node.Output;
                foreach ((string from, string _) in renamed.Where(pair => pair.Value == input).ToList())
                {
                    renamed[from] = node.Output;
                }
            }
            else
            {
                nodes.Add(node);
                produced.UnionWith(node.Outputs);
            }
        }

        return graph with { Nodes = nodes };
    }

    private static bool IsRedundant(
        GraphNode node, ModelGraph graph, Dictionary<string, ElementType> types, Dictionary<string, int> uses) =>
        node.OpType switch
        {
            "Identity" => node.HasInput(0),
            "Dropout" =>
                node.HasInput(0) && !IsTraining(node, graph)
                && node.Outputs.Skip(1).All(mask => mask.Length == 0 || uses.GetValueOrDefault(mask) == 0),
            "Clip" => node.HasInput(0) && !node.HasInput(1) && !node.HasInput(2),
            "Cast" => node.HasInput(0) && types.GetValueOrDefault(node.Inputs[0]) == (ElementType)node.GetInt("to", -1),
            "Pad" => node.HasInput(0)
                && node.Input(1) is { } pads
                && graph.Initializers.GetValueOrDefault(pads)?.Integers() is { } amounts
                && amounts.All(amount => amount == 0),
            _ => false,
        };

    internal static bool IsTraining(GraphNode node, ModelGraph graph) =>
        node.Input(2) is { } mode && (!graph.Initializers.TryGetValue(mode, out TensorData? flag) || flag.Bytes.Span is not [0])
        && !(graph.Initializers.GetValueOrDefault(node.Input(1) ?? string.Empty) is { } ratio && ratio.ToFloats() is [0]);

    private static void Rename(List<GraphNode> nodes, string from, string to)
    {
        string Name(string name) => name == from ? to : name;
        for (int i = 0; i < nodes.Count; i++)
        {
            nodes[i] = nodes[i] with { Inputs = [.. nodes[i].Inputs.Select(Name)], Outputs = [.. nodes[i].Outputs.Select(Name)] };
        }
    }
}
