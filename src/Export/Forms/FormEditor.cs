using Cluster.Networks.Graphs.Passes;

namespace Cluster.Export.Forms;

/// <summary>Collects what a pass changes in a file: nodes that take another's place, constants, shapes of new values.</summary>
internal sealed class FormEditor(FormedValues file)
{
    private readonly Dictionary<string, GraphNode[]> _replaced = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorData> _constants = file.Graph.Initializers.ToDictionary(StringComparer.Ordinal);
    private readonly Dictionary<string, long[]> _shapes = file.Shapes.ToDictionary(StringComparer.Ordinal);

    public NameSource Names { get; } = new(file.Graph);

    /// <summary>Adds a constant.</summary>
    public string Constant(string hint, TensorData value)
    {
        string name = Names.Value(hint);
        _constants[name] = value;
        return name;
    }

    /// <summary>Adds a constant of whole numbers.</summary>
    public string Integers(string hint, params long[] values) => Constant(hint, TensorData.FromInt64([values.Length], values));

    /// <summary>Adds a value.</summary>
    public string Value(string hint, params long[] shape)
    {
        string name = Names.Value(hint);
        _shapes[name] = shape;
        return name;
    }

    /// <summary>States another shape of a value.</summary>
    public void Reshape(string value, long[] shape) => _shapes[value] = shape;

    /// <summary>A node of a new name.</summary>
    public GraphNode Node(
        string type, string name, string[] inputs, string output, params (string Name, AttributeValue Value)[] attributes) =>
        new(Names.Node(name), type, inputs, [output], attributes);

    /// <summary>Decodes codes as another node decodes its own.</summary>
    public GraphNode Decode(GraphNode like, string codes, string output) =>
        Node("DequantizeLinear", output, [codes, .. like.Inputs.Skip(1)], output);

    /// <summary>Adds codes and the node that decodes them; the value that it writes is named after the layer.</summary>
    public GraphNode Decode(CodedWeight weight, string hint)
    {
        string codes = Constant(hint + "_codes", weight.Codes), scale = Constant(hint + "_scale", weight.Scales);
        string[] zero = weight.Zeros is { } zeros ? [Constant(hint + "_zero_point", zeros)] : [];
        string value = Value(hint + "_dequantized", weight.Codes.Shape);
        return weight.Decoder with { Name = Names.Node(hint + "_dequantize"), Inputs = [codes, scale, .. zero], Outputs = [value] };
    }

    /// <summary>A layer with other weights, and the nodes that decode them before it.</summary>
    /// <param name="read">What it reads.</param>
    public GraphNode[] Layer(GraphNode layer, string read, CodedWeight weight, CodedWeight? bias)
    {
        GraphNode[] decoders = bias is null
            ? [Decode(weight, layer.Name + "_weight")]
            : [Decode(weight, layer.Name + "_weight"), Decode(bias, layer.Name + "_bias")];
        return [.. decoders, layer with { Inputs = [read, .. decoders.Select(decoder => decoder.Output)] }];
    }

    /// <summary>Puts nodes where another stood; what they read must be there already.</summary>
    public void Replace(GraphNode node, params GraphNode[] by) => _replaced[node.Name] = by;

    /// <summary>The file with all changes; the file itself if there are none.</summary>
    public FormedValues Apply() => _replaced.Count == 0 ? file : new FormedValues(
        DeadCodeElimination.Apply(file.Graph with
        {
            Nodes = [.. file.Graph.Nodes.SelectMany(node => _replaced.GetValueOrDefault(node.Name, [node]))],
            Initializers = _constants,
        }),
        _shapes);
}
