using static TorchSharp.torch;

namespace Cluster.Glyphs;

/// <summary>Writes a network with random weights, node by node.</summary>
/// <param name="seed">Of the weights, which are drawn in the order in which they are added.</param>
internal sealed class GraphWriter(string name, int opset, ulong seed)
{
    private readonly SplitMix64 _random = new(seed);
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, TensorData> _constants = new(StringComparer.Ordinal);

    /// <summary>A node that is called as its output.</summary>
    public void Node(string type, string[] inputs, string output, params (string Name, AttributeValue Value)[] attributes) =>
        _nodes.Add(new GraphNode(
            output, type, inputs, [output], attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal)));

    /// <summary>A node with several outputs.</summary>
    public void Nodes(
        string type, string[] inputs, string name, string[] outputs, params (string Name, AttributeValue Value)[] attributes) =>
        _nodes.Add(new GraphNode(
            name, type, inputs, outputs, attributes.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal)));

    /// <summary>A product by weights, and a bias: (..., inputs) to (..., outputs).</summary>
    public void Linear(string layer, string input, long inputs, long outputs, string output)
    {
        Node("MatMul", [input, Normal($"{layer}.weight", [inputs, outputs], inputs)], $"{output}_product");
        Node("Add", [Zeros($"{layer}.bias", [outputs]), $"{output}_product"], output);
    }

    /// <summary>A convolution of odd size that keeps the edges, with He's initial weights and a bias.</summary>
    public void Convolution(
        string layer, string input, long inputs, long outputs, long kernel, long stride, string output, long groups = 1)
    {
        long pad = kernel / 2;
        long seen = inputs / groups;
        Node(
            "Conv",
            [
                input,
                Normal($"{layer}.weight", [outputs, seen, kernel, kernel], seen * kernel * kernel / 2.0),
                Zeros($"{layer}.bias", [outputs]),
            ],
            output,
            ("kernel_shape", AttributeValue.Of([kernel, kernel])),
            ("strides", AttributeValue.Of([stride, stride])),
            ("pads", AttributeValue.Of([pad, pad, pad, pad])),
            ("group", AttributeValue.Of(groups)));
    }

    /// <summary>LayerNormalization of the last axis.</summary>
    public void Normalized(string layer, string input, string output, long width) => Node(
        "LayerNormalization", [input, Ones($"{layer}.gain", [width]), Zeros($"{layer}.shift", [width])], output);

    /// <summary>Weights with a variance of 1 / <paramref name="fanIn"/>.</summary>
    public string Normal(string constant, long[] shape, double fanIn) =>
        Constant(constant, TensorData.FromFloats(shape, NormalNumbers.Draw(_random, shape, Math.Sqrt(1 / fanIn))));

    /// <summary>A trained tensor's values.</summary>
    public string Values(string constant, Tensor tensor) =>
        Constant(constant, TensorData.FromFloats(tensor.shape, TensorFactory.ToFloats(tensor)));

    public string Zeros(string constant, long[] shape) => Constant(constant, TensorData.FromFloats(shape, new float[Count(shape)]));

    public string Ones(string constant, long[] shape) =>
        Constant(constant, TensorData.FromFloats(shape, [.. Enumerable.Repeat(1f, (int)Count(shape))]));

    public string Number(string constant, float value) => Constant(constant, TensorData.FromFloats([], [value]));

    public string Floats(string constant, params float[] values) => Table(constant, [values.Length], values);

    public string Table(string constant, long[] shape, float[] values) => Constant(constant, TensorData.FromFloats(shape, values));

    public string Ints(string constant, params long[] values) => Constant(constant, TensorData.FromInt64([values.Length], values));

    public string Scalar(string constant, long value) => Constant(constant, TensorData.FromInt64([], [value]));

    public ModelGraph Build(ValueInfo input, ValueInfo output) => Build([input], [output]);

    public ModelGraph Build(IReadOnlyList<ValueInfo> inputs, IReadOnlyList<ValueInfo> outputs) => new()
    {
        Name = name,
        Opset = opset,
        Inputs = inputs,
        Outputs = outputs,
        Nodes = _nodes,
        Initializers = _constants,
    };

    private static long Count(long[] shape) => shape.Aggregate(1L, (product, size) => product * size);

    private string Constant(string constant, TensorData value)
    {
        _constants.Add(constant, value);
        return constant;
    }
}
