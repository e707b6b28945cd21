namespace Cluster.Tests;

/// <summary>Writes small graphs for tests: one float input 'x', nodes in order, the last node's output is the graph's.</summary>
internal sealed class GraphBuilder(int opset, params long[] inputShape)
{
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, TensorData> _initializers = new(StringComparer.Ordinal);

    public GraphBuilder Floats(string name, long[] shape, params float[] values) => Constant(name, TensorData.FromFloats(shape, values));

    public GraphBuilder Ints(string name, params long[] values) => Constant(name, TensorData.FromInt64([values.Length], values));

    public GraphBuilder Constant(string name, TensorData value)
    {
        _initializers.Add(name, value);
        return this;
    }

    /// <summary>A node that is called as its output; inputs are separated by spaces, '-' is an absent one.</summary>
    public GraphBuilder Node(string opType, string inputs, string output, params (string Name, AttributeValue Value)[] attributes) =>
        Nodes(opType, inputs, [output], attributes);

    /// <summary>A node of several outputs, '-' one that nobody reads; it is called as its outputs.</summary>
    public GraphBuilder Nodes(string opType, string inputs, string[] outputs, params (string Name, AttributeValue Value)[] attributes)
    {
        string[] names = [.. inputs.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(Present)];
        _nodes.Add(new GraphNode(
            outputs.Length == 1 ? outputs[0] : string.Join(' ', outputs),
            opType,
            names,
            [.. outputs.Select(Present)],
            attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal)));
        return this;
    }

    public ModelGraph Build(params long[] outputShape) => new()
    {
        Name = "test",
        Opset = opset,
        Inputs = [new ValueInfo("x", ElementType.Float, inputShape)],
        Outputs = [new ValueInfo(_nodes[^1].Output, ElementType.Float, outputShape) { ShapeKnown = outputShape.Length > 0 }],
        Nodes = _nodes,
        Initializers = _initializers,
    };

    private static string Present(string name) => name == "-" ? string.Empty : name;

    public static (string Name, AttributeValue Value) Ints(string name, IReadOnlyList<long> values) => (name, AttributeValue.Of(values));

    public static (string Name, AttributeValue Value) Int(string name, long value) => (name, AttributeValue.Of(value));

    public static (string Name, AttributeValue Value) Float(string name, float value) => (name, AttributeValue.Of(value));

    public static (string Name, AttributeValue Value) Text(string name, string value) => (name, AttributeValue.Of(value));
}
