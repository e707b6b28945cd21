namespace Cluster.Export.Forms;

/// <summary>
/// The values of a file in classes that have their channels in one layout: what an operator computes channel by channel has the layout of
/// what it reads. A convolution reads one class and writes another; a Concat, a Slice and a channel shuffle derive theirs.
/// </summary>
internal sealed class ChannelClasses
{
    // Computed for each element alone, or for each channel alone over height and width.
    private static readonly HashSet<string> ByChannel =
    [
        "Relu", "Clip", "Sigmoid", "HardSigmoid", "LeakyRelu", "Tanh", "HardSwish", "Elu", "Abs", "Identity", "MaxPool", "AveragePool",
        "GlobalAveragePool", "GlobalMaxPool",
    ];

    private static readonly HashSet<string> Sums = ["Add", "Mul", "Sub", "Max", "Min"];

    private readonly FormedValues _file;
    private readonly bool _inFloat;
    private readonly Dictionary<string, string> _parents = new(StringComparer.Ordinal);
    private readonly HashSet<string> _frozen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ChannelShuffle> _shuffles;

    /// <param name="inFloat">Whether it is a network in FP32, whose convolutions may be padded too.</param>
    public ChannelClasses(FormedValues file, bool inFloat)
    {
        (_file, _inFloat) = (file, inFloat);
        _shuffles = ChannelShuffle.In(file).ToDictionary(shuffle => shuffle.Last.Output, StringComparer.Ordinal);
        var inner = _shuffles.Values.SelectMany(shuffle => shuffle.Inner).ToHashSet(StringComparer.Ordinal);
        foreach (var node in file.Graph.Nodes.Where(node => !node.Values.All(file.IsConstant)))
        {
            if (_shuffles.GetValueOrDefault(node.Output) is { } shuffle)
            {
                Derived.Add(node.Output, [shuffle.Input]);
            }
            else if (!inner.Contains(node.Output))
            {
                Visit(node);
            }
        }

        foreach (var end in file.Graph.Inputs.Concat(file.Graph.Outputs))
        {
            Freeze(end.Name);
        }
    }

    /// <summary>Values that are read by a dense convolution or written by one.</summary>
    public HashSet<string> Dense { get; } = new(StringComparer.Ordinal);

    /// <summary>Values that a dense convolution writes.</summary>
    public HashSet<string> DenseOutputs { get; } = new(StringComparer.Ordinal);

    /// <summary>Values that a depthwise convolution writes.</summary>
    public HashSet<string> Depthwise { get; } = new(StringComparer.Ordinal);

    /// <summary>What a value's layout follows from, where a Concat, a Slice or a channel shuffle writes it.</summary>
    public Dictionary<string, string[]> Derived { get; } = new(StringComparer.Ordinal);

    /// <summary>Values that stay as they are.</summary>
    public IReadOnlySet<string> Frozen => _frozen;

    /// <summary>All values, by the one that stands for their class.</summary>
    public ILookup<string, string> Members() => _parents.Keys.ToArray().ToLookup(Class, StringComparer.Ordinal);

    public ChannelShuffle? Shuffle(string output) => _shuffles.GetValueOrDefault(output);

    /// <summary>The value that stands for the class.</summary>
    public string Class(string value)
    {
        string root = value;
        while (_parents.TryGetValue(root, out string? parent) && parent != root)
        {
            root = parent;
        }

        for (string at = value; at != root;)
        {
            string next = _parents[at];
            _parents[at] = root;
            at = next;
        }

        _parents.TryAdd(root, root);
        return root;
    }

    /// <summary>The first channel of a Slice along channels, and how many; null for other nodes.</summary>
    public static (int Start, int Count)? Slice(FormedValues file, GraphNode node) =>
        node is { OpType: "Slice", Domain: "" } && node.HasInput(3)
        && file.Stored(node.Input(3))?.Integers() is [1] && file.Stored(node.Input(1))?.Integers() is [var start]
        && (!node.HasInput(4) || file.Stored(node.Input(4))?.Integers() is [1])
        && file.Channels(node.Inputs[0]) is { } channels && file.Channels(node.Output) is { } count && start >= -channels
            ? ((int)(start < 0 ? start + channels : start), count)
            : null;

    /// <summary>Whether a node flattens (N, C, 1, 1) to (N, C, ...) without another order.</summary>
    public static bool Flattens(FormedValues file, GraphNode node) =>
        node is { Domain: "", OpType: "Flatten" or "Reshape" or "Squeeze" or "ReduceMean" }
        && file.Shape(node.Inputs[0]) is [_, var channels, var height, var width] && file.Shape(node.Output) is [_, var kept, ..] output
        && kept == channels && output.Skip(2).All(size => size == 1)
        && (node.OpType == "ReduceMean"
            ? (node.GetInts("axes") ?? file.Stored(node.Input(1))?.Integers()) is [2 or -2, 3 or -1]
            : height == 1 && width == 1)
        && (node.OpType != "Reshape" || file.Stored(node.Input(1)) is { Type: ElementType.Int64 });

    /// <summary>The weight of a product of rows whose second input is constant, and its axis of input channels.</summary>
    public static int? Product(FormedValues file, GraphNode node) => node switch
    {
        { Domain: "", OpType: "Gemm" } when node.GetInt("transA", 0) == 0 => node.GetInt("transB", 0) != 0 ? 1 : 0,
        { Domain: "", OpType: "MatMul" } => 0,
        _ => (int?)null,
    } is { } axis && file.Shape(node.Inputs[0]) is [_, _] && file.IsConstant(node.Inputs[1]) ? axis : null;

    private void Visit(GraphNode node)
    {
        bool isOnnx = node is { Domain: "", HasBody: false };
        if (isOnnx && node.OpType is "QuantizeLinear" or "DequantizeLinear" && _file.Stored(node.Input(1)) is { Count: 1 })
        {
            Join(node.Inputs[0], node.Output);
        }
        else if (isOnnx && node.Outputs.Count == 1
            && (ByChannel.Contains(node.OpType) || Flattens(_file, node) || IsResize(node) || IsFramed(node)))
        {
            Join(node.Inputs[0], node.Output);
        }
        else if (isOnnx && Sums.Contains(node.OpType))
        {
            Sum(node);
        }
        else if (isOnnx && node.OpType == "Conv")
        {
            Convolution(node);
        }
        else if (isOnnx && Product(_file, node) is not null)
        {
            Dense.Add(node.Inputs[0]);
            Freeze(node.Output);
            if (!_inFloat && (_file.Decoding(node.Inputs[0]) is null || CodedWeight.Of(_file, node.Inputs[1]) is null))
            {
                Freeze(node.Inputs[0]);
            }
        }
        else if (isOnnx && node.OpType == "Concat" && node.GetInt("axis", 0) == 1 && !node.Inputs.Any(_file.IsConstant))
        {
            Derived.Add(node.Output, [.. node.Inputs]);
        }
        else if (isOnnx && Slice(_file, node) is not null)
        {
            Derived.Add(node.Output, [node.Inputs[0]]);
        }
        else
        {
            Freeze([.. node.Inputs.Where(input => input.Length > 0 && !_file.IsConstant(input)), .. node.Values]);
        }
    }

    private void Sum(GraphNode node)
    {
        string[] read = [.. node.Inputs.Where(input => !_file.IsConstant(input))];
        int? channels = _file.Channels(node.Output);
        int? rank = _file.Shape(node.Output)?.Length;
        if (channels is not null && read.All(input => _file.Channels(input) == channels && _file.Shape(input)!.Length == rank)
            && node.Inputs.Where(_file.IsConstant).All(IsOneNumber))
        {
            foreach (string input in read)
            {
                Join(input, node.Output);
            }
        }
        else
        {
            Freeze([.. read, node.Output]);
        }
    }

    private bool IsOneNumber(string constant) =>
        (_file.Stored(constant) ?? _file.Stored(_file.Producer(constant)?.Inputs[0])) is { Count: 1 };

    private void Convolution(GraphNode node)
    {
        var layer = _file.Integer(node);
        var shape = layer?.Weight.Codes.Shape ?? (_inFloat ? _file.Stored(node.Inputs[1])?.Shape : null);
        long group = node.GetInt("group", 1);
        if (shape is not { Length: 4 })
        {
            Freeze(node.Inputs[0], node.Output);
        }
        else if (group == 1)
        {
            Dense.Add(node.Inputs[0]);
            DenseOutputs.Add(node.Output);
            Class(node.Inputs[0]);
            Class(node.Output);
        }
        else if (shape[1] == 1 && shape[0] == group)
        {
            Join(node.Inputs[0], node.Output);
            Depthwise.Add(node.Output);
        }
        else
        {
            Freeze(node.Inputs[0], node.Output);
        }
    }

    // Along height and width, by factors: sizes would name the channels.
    private bool IsResize(GraphNode node) => node.OpType == "Resize" && node.GetInts("axes") is null && !node.HasInput(3)
        && _file.Stored(node.Input(2)) is { Type: ElementType.Float, Count: 4 } scales && scales.As<float>()[..2] is [1, 1];

    // A frame of pixels.
    private bool IsFramed(GraphNode node) => node.OpType == "Pad" && !node.HasInput(3)
        && _file.Stored(node.Input(1))?.Integers() is [0, 0, _, _, 0, 0, _, _];

    private void Join(string value, string other)
    {
        string root = Class(other);
        _parents[Class(value)] = root;
    }

    private void Freeze(params string[] values)
    {
        foreach (string value in values)
        {
            Class(value);
            _frozen.Add(value);
        }
    }
}
