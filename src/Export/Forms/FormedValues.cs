namespace Cluster.Export.Forms;

/// <summary>
/// A file while passes write it in other forms: who computes and reads each value, its shape at a batch of two, what is constant. Never
/// mutated; <see cref="FormEditor"/> makes the next one.
/// </summary>
internal sealed class FormedValues
{
    private readonly Dictionary<string, GraphNode> _producers;
    private readonly ILookup<string, GraphNode> _readers;
    private readonly HashSet<string> _ends;
    private readonly HashSet<string> _constants;

    /// <param name="shapes">Of the values that are known; passes leave others alone.</param>
    public FormedValues(ModelGraph graph, IReadOnlyDictionary<string, long[]> shapes)
    {
        Graph = graph;
        Shapes = shapes;
        _producers = graph.Producers();
        _readers = graph.Readers();
        _ends = [.. graph.Inputs.Concat(graph.Outputs).Select(end => end.Name)];
        _constants = graph.Initializers.Keys.ToHashSet(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => !node.HasBody && node.Inputs.All(input => input.Length == 0 || IsConstant(input))))
        {
            _constants.UnionWith(node.Values);
        }
    }

    public ModelGraph Graph { get; }

    public IReadOnlyDictionary<string, long[]> Shapes { get; }

    /// <summary>Whether height and width are the same in every run.</summary>
    public bool HasFixedSizes => Graph.Inputs.All(input => input.FreeAxes.Count == 0);

    /// <summary>A QDQ file of a network: its values have the network's shapes, codes those of what they stand for.</summary>
    public static FormedValues Of(ModelGraph file, ModelGraph network)
    {
        var shapes = ShapePropagation.Probe(network).Shapes.ToDictionary(StringComparer.Ordinal);
        foreach (var node in file.Nodes)
        {
            bool isSame = node.OpType is "QuantizeLinear" or "DequantizeLinear" or "Clip" or "Cast" or "LeakyRelu";
            if (isSame && !shapes.ContainsKey(node.Output) && shapes.TryGetValue(node.Inputs[0], out long[]? shape))
            {
                shapes[node.Output] = shape;
            }
        }

        return new FormedValues(file, shapes);
    }

    public GraphNode? Producer(string value) => _producers.GetValueOrDefault(value);

    public IEnumerable<GraphNode> Readers(string value) => _readers[value];

    /// <summary>The only node that reads a value, which is no end of the file.</summary>
    public GraphNode? OnlyReader(string value) =>
        !_ends.Contains(value) && _readers[value].Take(2).ToArray() is [var reader] ? reader : null;

    /// <summary>Whether it is an input or an output of the file.</summary>
    public bool IsEnd(string value) => _ends.Contains(value);

    /// <summary>Whether it depends on no input.</summary>
    public bool IsConstant(string value) => _constants.Contains(value);

    /// <summary>A value that the file holds as it is.</summary>
    public TensorData? Stored(string? name) => name is null ? null : Graph.Initializers.GetValueOrDefault(name);

    public long[]? Shape(string value) => Shapes.GetValueOrDefault(value);

    /// <summary>Channels of a value of at least two axes; null if they are not known.</summary>
    public int? Channels(string value) => Shape(value) is [_, > 0 and <= int.MaxValue and var channels, ..] ? (int)channels : null;

    /// <summary>The codes and their scale behind a value; null if it is not decoded from such, one scale for all of it.</summary>
    public GraphNode? Decoding(string value) =>
        Producer(value) is { OpType: "DequantizeLinear", Inputs: [_, var scale, var zero] } node
        && !IsConstant(node.Inputs[0])
        && Stored(scale) is { Count: 1 } && Stored(zero) is { Count: 1, Type: ElementType.UInt8 } ? node : null;

    /// <summary>The node that rounds a value to codes, if nothing else reads it.</summary>
    public GraphNode? Encoding(string value) =>
        OnlyReader(value) is { OpType: "QuantizeLinear", Inputs: [_, var scale, var zero] } node
        && Stored(scale) is { Count: 1, Type: ElementType.Float } && Stored(zero) is { Count: 1, Type: ElementType.UInt8 } ? node : null;

    /// <summary>The layer in integers that a node is; null: it computes in float, or in a kernel of another kind.</summary>
    public IntegerLayer? Integer(GraphNode node)
    {
        if (node is not { OpType: "Conv", Domain: "" } || Decoding(node.Inputs[0]) is not { } input
            || CodedWeight.Of(this, node.Inputs[1]) is not { } weight)
        {
            return null;
        }

        var bias = node.Input(2) is { } name ? CodedWeight.Of(this, name) : null;
        var activation = OnlyReader(node.Output) is { OpType: "Relu" or "Clip" } reader ? reader : null;
        string written = activation?.Output ?? node.Output;
        return (bias is null) == !node.HasInput(2) && Encoding(written) is { } output
            ? new IntegerLayer(node, input, weight, bias, activation, output)
            : null;
    }
}

/// <summary>A convolution of codes, as ONNX Runtime takes it into one kernel.</summary>
/// <param name="Input">Decodes what it reads.</param>
/// <param name="Activation">Clamps what it writes, before it is rounded.</param>
/// <param name="Output">Rounds what it writes.</param>
internal sealed record IntegerLayer(
    GraphNode Node, GraphNode Input, CodedWeight Weight, CodedWeight? Bias, GraphNode? Activation, GraphNode Output)
{
    public int Group => (int)Node.GetInt("group", 1);

    /// <summary>Output channels.</summary>
    public int Rows => (int)Weight.Codes.Shape[0];

    /// <summary>Input channels of a group.</summary>
    public int Columns => (int)Weight.Codes.Shape[1];

    /// <summary>In two dimensions, where all was measured.</summary>
    public bool IsPlanar => Weight.Codes.Shape.Length == 4;
}
