namespace Cluster.Networks.Graphs;

/// <summary>
/// The one source of new names for a file: it knows every name that the file has and gives none out twice. A name that is free is taken as
/// it was wished; else a number is added.
/// </summary>
internal sealed class NameSource
{
    private readonly TakenNames _values = new();
    private readonly TakenNames _nodes = new();
    private readonly Dictionary<(string Of, string Part), string> _parts = [];

    public NameSource(ModelGraph graph)
    {
        _values.UnionWith(graph.Initializers.Keys);
        _values.UnionWith(graph.Inputs.Select(input => input.Name));
        _values.UnionWith(graph.Nodes.SelectMany(node => node.Outputs));
        _values.UnionWith(graph.Nodes.SelectMany(node => node.Attributes.Values).Select(value => value.Body).OfType<GraphBody>()
            .SelectMany(body => body.Defined));
        _nodes.UnionWith(graph.Nodes.Select(node => node.Name));
    }

    /// <summary>A name that no value has.</summary>
    public string Value(string wish) => _values.New(wish);

    /// <summary>A name that no node has.</summary>
    public string Node(string wish) => _nodes.New(wish);

    /// <summary>The value that belongs to a tensor or layer as this part, e.g. the "_scale" of "x": the same name each time.</summary>
    public string Part(string of, string part)
    {
        if (!_parts.TryGetValue((of, part), out string? name))
        {
            _parts[(of, part)] = name = Value(of + part);
        }

        return name;
    }
}

/// <summary>Names that are taken. Many equal wishes take time in proportion to their number.</summary>
internal sealed class TakenNames
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _next = new(StringComparer.Ordinal); // the first number not tried yet

    public void UnionWith(IEnumerable<string> names) => _taken.UnionWith(names);

    /// <summary>The wish, with a number where it is taken; taken from now on.</summary>
    public string New(string wish)
    {
        string name = wish;
        int number = _next.GetValueOrDefault(wish, 1);
        while (!_taken.Add(name))
        {
            name = $"{wish}_{number++}";
        }

        if (number > 1)
        {
            _next[wish] = number;
        }

        return name;
    }
}
