namespace Cluster.Mutations.Hostile;

/// <summary>An input of a hostile network.</summary>
/// <param name="Shape">Of one sample.</param>
/// <param name="Draw">Values of a sample.</param>
internal sealed record HostileInput(string Name, long[] Shape, Func<Random, float> Draw);

/// <summary>A network while it is built: one value that grows part by part, names that collide, constants in every form.</summary>
internal sealed class HostileNet
{
    // What a writer or a rewrite might append to a name to make a new one.
    private static readonly string[] Suffixes =
    [
        "_scale", "_zero_point", "_codes", "_quantized", "_dequantized", "_weight", "_bias", "_shape", "_sum", "/rows", "/gate", "/add",
        "_output", "_1", "_folded", "/product", "_QuantizeLinear", "_DequantizeLinear", "/shape", "/dequantized", "_rows",
    ];

    private readonly GraphProto _graph = new() { Name = "hostile" };
    private readonly HostileRecipe _recipe;
    private readonly Random _random;
    private readonly HashSet<string> _names = new(StringComparer.Ordinal);
    private readonly List<string> _given = [];
    private readonly List<ValueInfoProto> _listed = [];

    public HostileNet(HostileRecipe recipe)
    {
        (_recipe, _random) = (recipe, new Random(recipe.Seed));
        Shape = recipe.Domain switch { 0 => [3, 8, 8], 1 => [6, 8], _ => [12] };
        Value = AddInput(Shape, recipe.Draw);
    }

    public int Opset => _recipe.Opset;

    /// <summary>Samples of a run; -1: any number.</summary>
    public long Batch => _recipe.Batch;

    public Random Random { get; set; } = new(0);

    /// <summary>The value that the next part reads.</summary>
    public string Value { get; set; }

    /// <summary>Its shape without the batch.</summary>
    public long[] Shape { get; set; }

    public List<HostileInput> Inputs { get; } = [];

    public List<(string Name, long[] Shape)> Outputs { get; } = [];

    public string AddInput(long[] shape, Func<Random, float> draw)
    {
        string name = Name(Inputs.Count == 0 ? "x" : "mask");
        Inputs.Add(new HostileInput(name, shape, draw));
        _graph.Input.Add(OnnxMessages.Value(name, OnnxMessages.Float, [Batch, .. shape]));
        return name;
    }

    /// <summary>A node with one output.</summary>
    public string Node(string type, string[] inputs, params (string Name, object Value)[] attributes) =>
        Nodes(type, inputs, 1, attributes)[0];

    /// <summary>A node with several outputs.</summary>
    /// <param name="absent">Outputs after these that have the empty name.</param>
    public string[] Nodes(string type, string[] inputs, int outputs, (string Name, object Value)[] attributes, int absent = 0)
    {
        string[] named = [.. Enumerable.Range(0, outputs).Select(_ => Name(type.ToLowerInvariant()))];
        string own = !_recipe.HasHostileNames ? named[0] : _random.Next(3) == 0 ? "" : Name("code_");
        _graph.Node.Add(new NodeProto
        {
            OpType = type,
            Name = own,
            Input = { inputs },
            Output = { named.Concat(Enumerable.Repeat("", absent)) },
            Attribute = { attributes.Select(attribute => OnnxMessages.Attribute(attribute.Name, attribute.Value)) },
        });
        return named;
    }

    /// <summary>A float constant, in the recipe's form or in any.</summary>
    public string Constant(long[] shape, params double[] values)
    {
        if (!_recipe.HasHostileConstants || values.Length == 0)
        {
            return Initializer(OnnxMessages.Float, shape, values);
        }

        long count = values.LongLength;
        switch (_random.Next(12))
        {
            case 0:
                return Node("Constant", [], ("value", OnnxMessages.Tensor("", OnnxMessages.Float, shape, values)));
            case 1:
                return Node("Identity", [Initializer(OnnxMessages.Float, shape, values)]);
            case 2:
                return Node("Cast", [Initializer(OnnxMessages.Double, shape, values)], ("to", 1L));
            case 3:
                return Node("Cast", [Initializer(OnnxMessages.Float16, shape, values)], ("to", 1L));
            case 4:
                return Node("Reshape", [Initializer(OnnxMessages.Float, [count], values), Ints(shape)]);
            case 5 when shape.Length == 2:
                double[] turned = [.. Enumerable.Range(0, (int)count).Select(i => values[(i % shape[0] * shape[1]) + (i / shape[0])])];
                return Node("Transpose", [Initializer(OnnxMessages.Float, [shape[1], shape[0]], turned)], ("perm", new long[] { 1, 0 }));
            case 6 when shape.Length > 0:
                string both = Initializer(OnnxMessages.Float, [2 * shape[0], .. shape.Skip(1)], [.. values, .. values]);
                return Split(both, 0, shape[0], shape[0])[0];
            case 7 when shape.Length > 0 && shape[0] % 2 == 0:
                long[] half = [shape[0] / 2, .. shape.Skip(1)];
                return Node(
                    "Concat",
                    [
                        Initializer(OnnxMessages.Float, half, [.. values.Take((int)count / 2)]),
                        Initializer(OnnxMessages.Float, half, [.. values.Skip((int)count / 2)]),
                    ],
                    ("axis", 0L));
            case 8:
                return Squeeze(Unsqueeze(Initializer(OnnxMessages.Float, shape, values), 0), 0);
            case 9:
                return Initializer(OnnxMessages.Float, shape, values, isRaw: false);
            default:
                return Initializer(OnnxMessages.Float, shape, values);
        }
    }

    /// <summary>Random numbers of zero mean, and a spread.</summary>
    public string Normal(double spread, params long[] shape) => Constant(shape, Draw(spread, shape));

    public double[] Draw(double spread, params long[] shape) =>
        [.. Enumerable.Range(0, (int)shape.Aggregate(1L, (product, size) => product * size)).Select(_ => spread * Gauss(Random))];

    /// <summary>An int64 vector, in any form.</summary>
    public string Ints(params long[] values)
    {
        double[] numbers = [.. values.Select(value => (double)value)];
        return (_recipe.HasHostileConstants ? _random.Next(6) : 5) switch
        {
            0 => Node("Constant", [], ("value", OnnxMessages.Tensor("", OnnxMessages.Int64, [values.Length], numbers))),
            1 => Node("Cast", [Initializer(OnnxMessages.Int32, [values.Length], numbers)], ("to", 7L)),
            2 when values.Length > 1 =>
                Node("Concat", [.. values.Select(value => Initializer(OnnxMessages.Int64, [1], [value]))], ("axis", 0L)),
            _ => Initializer(OnnxMessages.Int64, [values.Length], numbers),
        };
    }

    public string Scalar(int type, double value) => Initializer(type, [], [value]);

    public string[] Split(string value, long axis, params long[] parts) => Opset < 13
        ? Nodes("Split", [value], parts.Length, [("axis", axis), ("split", parts)])
        : Nodes("Split", [value, Ints(parts)], parts.Length, [("axis", axis)]);

    public string Unsqueeze(string value, params long[] axes) => WithAxes("Unsqueeze", value, 13, axes);

    public string Squeeze(string value, params long[] axes) => WithAxes("Squeeze", value, 13, axes);

    public string Mean(string value, params long[] axes) => WithAxes("ReduceMean", value, 18, axes);

    public string Slice(string value, long from, long to, long axis, long step = 1) => Opset < 10
        ? Node("Slice", [value], ("starts", new[] { from }), ("ends", new[] { to }), ("axes", new[] { axis }))
        : Node("Slice", [value, Ints(from), Ints(to), Ints(axis), Ints(step)]);

    /// <summary>The whole numbers below one, int64.</summary>
    public string Range(long count) =>
        Node("Range", [Scalar(OnnxMessages.Int64, 0), Scalar(OnnxMessages.Int64, count), Scalar(OnnxMessages.Int64, 1)]);

    public string Reshape(string value, params long[] shape) => Node("Reshape", [value, Ints(shape)]);

    /// <summary>A bound of Clip is left out where it is null.</summary>
    public string Clip(string value, double? low, double? high)
    {
        if (Opset >= 11)
        {
            string[] inputs = high is { } most
                ? [value, low is { } least ? Constant([], least) : "", Constant([], most)]
                : low is { } only ? [value, Constant([], only)] : [value];
            return Node("Clip", inputs);
        }

        var bounds = new[] { ("min", low), ("max", high) }.Where(bound => bound.Item2 is not null);
        return Node("Clip", [value], [.. bounds.Select(bound => (bound.Item1, (object)(float)bound.Item2!.Value))]);
    }

    /// <summary>Makes a value another output.</summary>
    public void AlsoOutput(string value, long[] shape) => Outputs.Add((value, shape));

    public byte[] File()
    {
        var graph = _graph.Clone();
        graph.Output.Add(Outputs.Prepend((Value, Shape))
            .Select(output => OnnxMessages.Value(output.Item1, OnnxMessages.Float, [Batch, .. output.Item2])));
        graph.Input.Add(_listed);
        return new ModelProto
        {
            IrVersion = Opset < 9 ? 3 : Opset < 15 ? 7 : 10,
            OpsetImport = { new OperatorSetIdProto { Version = Opset } },
            Graph = graph,
        }.ToByteArray();
    }

    private static double Gauss(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private string WithAxes(string type, string value, int since, long[] axes) => Opset < since
        ? Node(type, [value], axes.Length == 0 ? [] : [("axes", axes)])
        : Node(type, axes.Length == 0 ? [value] : [value, Ints(axes)]);

    private string Initializer(int type, long[] shape, double[] values, bool isRaw = true)
    {
        string name = Name("w");
        _graph.Initializer.Add(OnnxMessages.Tensor(name, type, shape, values, isRaw));

        // IR 3 asks for it; later it says that a caller may replace the constant.
        if (Opset < 9 || _recipe.ListsInitializers)
        {
            _listed.Add(OnnxMessages.Value(name, type, shape));
        }

        return name;
    }

    private string Name(string plain)
    {
        string name = $"{plain}{_names.Count}";
        if (_recipe.HasHostileNames)
        {
            for (int tries = 0; tries < 4; tries++)
            {
                string tried = _given.Count == 0 || _random.Next(3) == 0
                    ? name
                    : _given[_random.Next(_given.Count)] + Suffixes[_random.Next(Suffixes.Length)];
                if (!_names.Contains(tried))
                {
                    name = tried;
                    break;
                }
            }
        }

        _names.Add(name);
        _given.Add(name);
        return name;
    }
}
