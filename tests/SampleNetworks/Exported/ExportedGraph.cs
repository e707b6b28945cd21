namespace Cluster.Tests.Exported;

/// <summary>A network as PyTorch's newer exporter names its parts: node_linear_1, val_12; with seeded weights.</summary>
internal sealed class ExportedGraph(string name, int opset, int seed)
{
    private readonly Random _random = new(seed);
    private readonly List<ValueInfo> _inputs = [];
    private readonly List<ValueInfo> _outputs = [];
    private readonly List<GraphNode> _nodes = [];
    private readonly Dictionary<string, TensorData> _constants = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Func<Random, float>> _draws = new(StringComparer.Ordinal);

    public int Opset => opset;

    /// <summary>An input whose samples are drawn from a normal distribution unless told otherwise.</summary>
    /// <param name="shape">-1 for a free axis.</param>
    public string Input(string input, ElementType type, long[] shape, Func<Random, float>? draw = null, params string[] axes)
    {
        _inputs.Add(new ValueInfo(input, type, shape) { AxisNames = axes });
        _draws[input] = draw ?? (random => (float)Normal(random));
        return input;
    }

    public void Output(string value, string output, params long[] shape)
    {
        _nodes.Add(new GraphNode($"node_{output}", "Identity", [value], [output]));
        _outputs.Add(new ValueInfo(output, ElementType.Float, shape));
    }

    /// <summary>A node with one output.</summary>
    /// <param name="type">The operator, after its domain and a colon where it has one.</param>
    public string Node(string type, string[] inputs, params (string Name, AttributeValue Value)[] attributes) =>
        Nodes(type, inputs, 1, attributes)[0];

    public string[] Nodes(string type, string[] inputs, int outputs, params (string Name, AttributeValue Value)[] attributes)
    {
        string[] parts = type.Split(':');
        string[] values = [.. Enumerable.Range(0, outputs).Select(i => $"val_{_nodes.Count}{(i == 0 ? "" : $"_{i}")}")];
        _nodes.Add(new GraphNode($"node_{parts[^1].ToLowerInvariant()}_{_nodes.Count}", parts[^1], inputs, values, attributes)
        {
            Domain = parts.Length > 1 ? parts[0] : "",
        });
        return values;
    }

    /// <summary>Weights of zero mean.</summary>
    public string Weight(string of, double spread, params long[] shape) => Constant(of, TensorData.FromFloats(
        shape, [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => (float)(spread * Normal(_random)))]));

    /// <summary>Weights about one.</summary>
    public string Scale(string of, long count) => Constant(of, TensorData.FromFloats(
        [count], [.. Enumerable.Range(0, (int)count).Select(_ => 1 + (float)(0.1 * Normal(_random)))]));

    public string Ints(params long[] values) => Constant("val", TensorData.FromInt64([values.Length], values));

    public string Integer(long value) => Constant("val", TensorData.FromInt64([], [value]));

    public string Number(float value) => Constant("val", TensorData.FromFloats([], [value]));

    public string Reshape(string value, params long[] shape) =>
        Node("Reshape", [value, Ints(shape)], ("allowzero", AttributeValue.Of(1L)));

    public string Transpose(string value, params long[] axes) => Node("Transpose", [value], ("perm", AttributeValue.Of(axes)));

    /// <summary>As nn.Linear: the weight is stored transposed.</summary>
    public string Linear(string of, string value, long from, long to, bool hasBias = true)
    {
        string product = Node("MatMul", [value, Weight($"{of}.weight", Math.Sqrt(1.0 / from), from, to)]);
        return hasBias ? Node("Add", [product, Weight($"{of}.bias", 0.1, to)]) : product;
    }

    public string Conv(string of, string value, long from, long to, int dimensions, long kernel, long stride = 1) => Node(
        "Conv",
        [
            value,
            Weight(
                $"{of}.weight",
                Math.Sqrt(2 / (from * Math.Pow(kernel, dimensions))),
                [to, from, .. Enumerable.Repeat(kernel, dimensions)]),
            Weight($"{of}.bias", 0.1, to),
        ],
        ("strides", AttributeValue.Of([.. Enumerable.Repeat(stride, dimensions)])),
        ("pads", AttributeValue.Of([.. Enumerable.Repeat(kernel / 2, 2 * dimensions)])),
        ("group", AttributeValue.Of(1L)),
        ("auto_pad", AttributeValue.Of("NOTSET")));

    public string Silu(string value) => Node("Mul", [value, Node("Sigmoid", [value])]);

    public string LayerNorm(string of, string value, long width) => Node(
        "LayerNormalization",
        [value, Scale($"{of}.weight", width), Weight($"{of}.bias", 0.1, width)],
        ("epsilon", AttributeValue.Of(1e-5f)));

    public ModelGraph Build() => new()
    {
        Name = "main_graph",
        Opset = opset,
        Inputs = _inputs,
        Outputs = _outputs,
        Nodes = _nodes,
        Initializers = _constants,
        Domains = _nodes.Select(node => node.Domain).Where(domain => domain.Length > 0).Distinct(StringComparer.Ordinal)
            .ToDictionary(domain => domain, _ => 1L, StringComparer.Ordinal),
    };

    /// <summary>NAME.onnx, and NAME.npz with samples for it.</summary>
    /// <param name="free">Sizes of free axes after the first, by name.</param>
    public void Write(string folder, int samples, params (string Name, long Size)[] free)
    {
        File.WriteAllBytes(Path.Combine(folder, name + ".onnx"), OnnxWriter.Write(Build()).Message);
        NpzWriter.Write(
            Path.Combine(folder, name + ".npz"), [.. _inputs.Zip(Samples(samples, free), (input, value) => (input.Name, value))]);
    }

    /// <summary>Seeded samples, a tensor for each input.</summary>
    /// <param name="free">Sizes of free axes after the first, by name.</param>
    public IReadOnlyList<TensorData> Samples(int samples, params (string Name, long Size)[] free)
    {
        var random = new Random(seed + 1);
        return [.. _inputs.Select(Of)];

        TensorData Of(ValueInfo input)
        {
            long[] shape = [samples, .. input.Shape.Skip(1).Select((size, i) => size > 0 ? size
                : free.First(axis => axis.Name == input.AxisNames[i + 1]).Size)];
            float[] values = [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (a, b) => a * b)).Select(_ => _draws[input.Name](random))];
            return input.Type == ElementType.Int64
                ? TensorData.FromInt64(shape, [.. values.Select(value => (long)value)])
                : TensorData.FromFloats(shape, values);
        }
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private string Constant(string of, TensorData value)
    {
        string constant = of == "val" || _constants.ContainsKey(of)
            ? string.Create(CultureInfo.InvariantCulture, $"{of}_{_constants.Count}c")
            : of;
        _constants.Add(constant, value);
        return constant;
    }
}
