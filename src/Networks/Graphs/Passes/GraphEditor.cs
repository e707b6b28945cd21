namespace Cluster.Networks.Graphs.Passes;

/// <summary>A graph's constants while a pass rewrites it; the names that it gives out are new to the graph.</summary>
internal sealed class GraphEditor(ModelGraph graph)
{
    private readonly Dictionary<string, TensorData> _initializers = graph.Initializers.ToDictionary(StringComparer.Ordinal);

    /// <summary>Names for new values and nodes.</summary>
    public NameSource Names { get; } = new(graph);

    public TensorData? Constant(string? name) => name is null ? null : _initializers.GetValueOrDefault(name);

    /// <summary>The constant at an input, null if it is absent or computed.</summary>
    public TensorData? Constant(GraphNode node, int input) => Constant(node.Input(input));

    /// <summary>Adds a constant under a new name that starts with <paramref name="hint"/>.</summary>
    public string Add(string hint, TensorData value)
    {
        string name = Names.Value(hint);
        _initializers.Add(name, value);
        return name;
    }

    /// <summary>Turns an existing value name into a constant: its node is folded away.</summary>
    public void Define(string name, TensorData value) => _initializers.Add(name, value);

    public ModelGraph Build(IEnumerable<GraphNode> nodes) => graph with { Nodes = [.. nodes], Initializers = _initializers };
}
