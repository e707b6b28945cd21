namespace Cluster.Kernels.Graphs.Passes;

/// <summary>A graph's constants while a pass rewrites it; the names that it gives out are new to the graph.</summary>
internal sealed class GraphEditor
{
    private readonly ModelGraph _graph;
    private readonly Dictionary<string, TensorData> _initializers;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);

    public GraphEditor(ModelGraph graph)
    {
        _graph = graph;
        _initializers = graph.Initializers.ToDictionary(StringComparer.Ordinal);
        _names.UnionWith(graph.Initializers.Keys);
        _names.UnionWith(graph.Inputs.Select(input => input.Name));
        _names.UnionWith(graph.Nodes.SelectMany(node => node.Outputs));
    }

    public TensorData? Constant(string? name) => name is null ? null : _initializers.GetValueOrDefault(name);

    /// <summary>The constant at an input, null if it is absent or computed.</summary>
    public TensorData? Constant(GraphNode node, int input) => Constant(node.Input(input));

    /// <summary>Adds a constant under a new name that starts with <paramref name="hint"/>.</summary>
    public string Add(string hint, TensorData value)
    {
        string name = hint;
        for (int i = 1; !_names.Add(name); i++)
        {
            name = $"{hint}_{i}";
        }

        _initializers.Add(name, value);
        return name;
    }

    /// <summary>Turns an existing value name into a constant: its node is folded away.</summary>
    public void Define(string name, TensorData value) => _initializers.Add(name, value);

    public ModelGraph Build(IEnumerable<GraphNode> nodes) => _graph with { Nodes = [.. nodes], Initializers = _initializers };
}
