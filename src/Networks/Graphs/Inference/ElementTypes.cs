namespace Cluster.Networks.Graphs.Inference;

/// <summary>Element type of every value, as ONNX Runtime says it.</summary>
internal static class ElementTypes
{
    /// <exception cref="KernelException">A node states no types, and ONNX Runtime does not open the graph.</exception>
    public static Dictionary<string, ElementType> Of(ModelGraph graph)
    {
        graph = graph.Nodes.All(IsStated) ? graph : Stated(graph);
        var types = OfEnds(graph);
        foreach (var (value, type) in graph.Nodes.SelectMany(node => node.Outputs.Zip(node.OutputTypes))
            .Where(pair => pair.First.Length > 0))
        {
            types[value] = type;
        }

        return types;
    }

    /// <summary>Types of constants and inputs.</summary>
    public static Dictionary<string, ElementType> OfEnds(ModelGraph graph) => graph.Initializers
        .Select(pair => KeyValuePair.Create(pair.Key, pair.Value.Type))
        .Concat(graph.Inputs.Select(input => KeyValuePair.Create(input.Name, input.Type)))
        .ToDictionary(StringComparer.Ordinal);

    /// <summary>The graph with the types of all values; what no output needs may be anything.</summary>
    /// <exception cref="KernelException">ONNX Runtime does not open the graph.</exception>
    public static ModelGraph Stated(ModelGraph graph)
    {
        var found = RuntimeInference.Of(DeadCodeElimination.Apply(graph));
        return Stated(graph, found.ToDictionary(pair => pair.Key, pair => pair.Value.Type, StringComparer.Ordinal));
    }

    /// <summary>The graph with these types; nodes that state them already stay the same.</summary>
    public static ModelGraph Stated(ModelGraph graph, IReadOnlyDictionary<string, ElementType> types) => graph with
    {
        Nodes = [.. graph.Nodes.Select(node => (ElementType[])[.. node.Outputs.Select(output => types.GetValueOrDefault(output))]
            is var stated && stated.SequenceEqual(node.OutputTypes) ? node : node with { OutputTypes = stated })],
    };

    private static bool IsStated(GraphNode node) => node.OutputTypes.Count == node.Outputs.Count;
}
