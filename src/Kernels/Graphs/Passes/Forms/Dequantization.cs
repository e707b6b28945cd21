namespace Cluster.Kernels.Graphs.Passes.Forms;

/// <summary>
/// The float network that a quantized file computes, without its rounding of activations: weights are the numbers that their codes stand
/// for. Where codes have no negative numbers the sum before them is cut at zero and at their largest number, as they often stand for its
/// Relu.
/// </summary>
public sealed class Dequantization
{
    private readonly ModelGraph _file;
    private readonly NameSource _names;
    private readonly Dictionary<string, string> _floats = new(StringComparer.Ordinal); // by the codes that they had
    private readonly HashSet<string> _steps = new(StringComparer.Ordinal); // found in each run, of activations
    private readonly Dictionary<string, string> _scales = new(StringComparer.Ordinal); // a step times that of weights: the latter's
    private readonly Dictionary<string, GraphNode> _sums = new(StringComparer.Ordinal); // of integers, by their names
    private readonly Dictionary<string, TensorData> _constants;
    private readonly List<GraphNode> _nodes = [];

    private Dequantization(ModelGraph file)
    {
        _file = file;
        _names = new NameSource(file);
        _constants = file.Initializers.ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>The network in float32.</summary>
    /// <exception cref="KernelException">A node computes with codes in a form that is not known here.</exception>
    public static ModelGraph Apply(ModelGraph file) => new Dequantization(file).Run();

    private ModelGraph Run()
    {
        foreach (var node in _file.Nodes)
        {
            _nodes.AddRange(Float(node));
        }

        if (_file.Outputs.FirstOrDefault(output => IsGone(output.Name) && !_nodes.Exists(node => node.Outputs.Contains(output.Name)))
            is { } codes)
        {
            throw new KernelException(
                $"The output '{codes.Name}' holds codes where numbers are expected: use the FP32 network that the file was made from.");
        }

        var graph = _file with { Nodes = _nodes, Initializers = _constants };
        return DeadCodeElimination.Apply(RedundantNodeRemoval.Apply(graph));
    }

    private IEnumerable<GraphNode> Float(GraphNode node) => node.OpType switch
    {
        "QuantizeLinear" => Codes(node.Inputs[0], node.Output, node.Input(1), node.Input(2), node),
        "DequantizeLinear" => [new GraphNode(node.Name, "Identity", [Number(node, 0, 1, 2, (int)node.GetInt("axis", 1))], [node.Output])],
        "QLinearConv" => Product(node, "Conv", [Number(node, 0, 1, 2), Number(node, 3, 4, 5, 0), .. Bias(node, 8, 1, 4)], 6),
        "DynamicQuantizeLinear" => Dynamic(node),
        "Mul" when node.Inputs.FirstOrDefault(_steps.Contains) is { } step => Scaled(node, step),
        "ConvInteger" or "MatMulInteger" when _floats.ContainsKey(node.Inputs[0]) => Summed(node, node),
        "Cast" when _sums.TryGetValue(node.Inputs[0], out var sum) => Summed(node, sum),
        "Mul" when node.Inputs.FirstOrDefault(_sums.ContainsKey) is { } sum && _scales.ContainsKey(Other(node, sum)) =>
            [Summand(node, _sums[sum], _scales[Other(node, sum)])],
        "QLinearMatMul" => Product(node, "MatMul", [Number(node, 0, 1, 2), Number(node, 3, 4, 5)], 6),
        "QGemm" => Product(
            node, "Gemm", [Number(node, 0, 1, 2), Number(node, 3, 4, 5, node.GetInt("transB", 0) == 0 ? 1 : 0), .. Bias(node, 6, 1, 4)], 7),
        "QLinearAdd" or "QLinearMul" => Product(node, node.OpType[7..], [Number(node, 0, 1, 2), Number(node, 3, 4, 5)], 6),
        "QLinearConcat" => Product(
            node,
            "Concat",
            [.. Enumerable.Range(0, (node.Inputs.Count - 2) / 3).Select(i => Number(node, 2 + (3 * i), 3 + (3 * i), 4 + (3 * i)))],
            0),
        "QLinearGlobalAveragePool" or "QLinearAveragePool" or "QLinearSigmoid" or "QLinearLeakyRelu"
            when node.GetInt("channels_last", 0) == 0 => Product(node, node.OpType[7..], [Number(node, 0, 1, 2)], 3),
        "MaxPool" or "Reshape" or "Flatten" or "Transpose" or "Squeeze" or "Unsqueeze" or "Slice" or "Gather" or "Identity"
            when _floats.ContainsKey(node.Inputs[0]) => Moved(node),
        _ when node.Inputs.Any(IsGone) || WeightOnlyNodes.IsQuantized(node) => throw Unknown(node),
        _ => [node],
    };

    private static KernelException Unknown(GraphNode node) => node.Error(
        "computes with codes in a form that is not undone here; expected QuantizeLinear and DequantizeLinear pairs, QLinearConv, "
        + "QLinearMatMul, QGemm, QLinearAdd, QLinearMul, QLinearConcat, QLinear pools and activations, and DynamicQuantizeLinear "
        + "with ConvInteger or MatMulInteger whose sums are cast and multiplied by the product of both scales: use the FP32 network "
        + "that it was made from.");

    // What only nodes between codes and numbers may read.
    private bool IsGone(string value) =>
        _floats.ContainsKey(value) || _steps.Contains(value) || _scales.ContainsKey(value) || _sums.ContainsKey(value);

    private static string Other(GraphNode node, string input) => node.Inputs[node.Inputs[0] == input ? 1 : 0];

    private GraphNode[] Dynamic(GraphNode node)
    {
        _floats[node.Output] = node.Inputs[0];
        _steps.UnionWith(node.Outputs.Skip(1)); // and the code of zero, which no sum needs
        return [];
    }

    // Of two activations the scale is one.
    private GraphNode[] Scaled(GraphNode node, string step)
    {
        string other = Other(node, step);
        _scales[node.Output] = _steps.Contains(other) ? string.Empty : Constant(other) is not null ? other : throw Unknown(node);
        return [];
    }

    private GraphNode[] Summed(GraphNode node, GraphNode sum)
    {
        _sums[node.Output] = sum;
        return [];
    }

    private GraphNode Summand(GraphNode node, GraphNode sum, string scale) => new(
        sum.Name,
        sum.OpType[..^"Integer".Length],
        [_floats[sum.Inputs[0]], scale.Length > 0 ? Weight(sum, scale) : _floats.GetValueOrDefault(sum.Inputs[1]) ?? throw Unknown(sum)],
        [node.Output],
        sum.Attributes);

    private string Weight(GraphNode sum, string scale)
    {
        // A vector has one for each column; ONNX Runtime's ConvInteger takes none.
        var steps = _constants[scale];
        if (steps.Count > 1 && (sum.OpType == "ConvInteger" || steps.Shape[^1] != steps.Count))
        {
            throw Unknown(sum);
        }

        string name = _names.Value($"{sum.Name}/steps");
        _constants[name] = TensorData.FromFloats(steps.Count == 1 ? [] : [steps.Count], steps.ToFloats().ToArray());
        return Number(sum.WithInput(4, name), 1, 4, 3);
    }

    private GraphNode[] Moved(GraphNode node)
    {
        _floats[node.Output] = node.Output;
        return [node with { Inputs = [_floats[node.Inputs[0]], .. node.Inputs.Skip(1)] }];
    }

    // The operator on numbers, and what its codes cut off; without a scale the output is no code.
    private List<GraphNode> Product(GraphNode node, string type, IReadOnlyList<string> inputs, int scale)
    {
        bool isCode = node.HasInput(scale);
        string output = isCode ? _names.Value($"{node.Output}/float") : node.Output;
        var number = new GraphNode(node.Name, type, inputs, [output], node.Attributes).Without("channels_last");
        return isCode
            ? [number, .. Codes(output, node.Output, node.Input(scale), node.Input(scale + 1), node, number)]
            : [number];
    }

    private IEnumerable<GraphNode> Codes(
        string value, string codes, string? scale, string? zero, GraphNode node, GraphNode? producer = null)
    {
        _floats[codes] = value;
        producer ??= _nodes.LastOrDefault(before => before.Outputs.Contains(value));
        var step = Constant(scale);
        var point = Constant(zero);
        if (producer is not { OpType: "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "Add" } || step is not { Count: 1 }
            || !IsLowest(point))
        {
            yield break;
        }

        string cut = _names.Value($"{codes}/cut");
        _floats[codes] = cut;
        float[] bounds = [0, byte.MaxValue * step.ToFloats()[0]];
        string[] names = [_names.Value($"{codes}/least"), _names.Value($"{codes}/most")];
        (_constants[names[0]], _constants[names[1]]) = (TensorData.FromFloats([], [bounds[0]]), TensorData.FromFloats([], [bounds[1]]));
        yield return new GraphNode(_names.Node($"{node.Name}/cut"), "Clip", [value, .. names], [cut]);
    }

    // The lowest code stands for zero; without one it is the lowest of uint8.
    private static bool IsLowest(TensorData? point) => point is null
        || (point.Count == 1 && point.Type is ElementType.UInt8 or ElementType.Int8
            && point.Bytes.Span[0] == (point.Type == ElementType.Int8 ? 0x80 : 0));

    // The numbers that codes stand for: of a constant those, of an activation what was rounded.
    private string Number(GraphNode node, int codes, int scale, int zero, int axis = 1) =>
        _floats.TryGetValue(node.Inputs[codes], out string? value) ? value
            : Made(node, [node.Inputs[codes], node.Inputs[scale], node.Input(zero) ?? string.Empty], axis);

    // In the scale of the products that it is added to.
    private string[] Bias(GraphNode node, int bias, int input, int weight)
    {
        if (!node.HasInput(bias))
        {
            return [];
        }

        var weights = Constant(node.Input(weight)) ?? throw node.Error("computes the scale of its weights; expected a constant.");
        var first = Constant(node.Input(input)) ?? throw node.Error("computes the scale of its input; expected a constant.");
        string name = _names.Value($"{node.Name}/bias_scale");
        _constants[name] = TensorData.FromFloats(
            weights.Count == 1 ? [] : weights.Shape,
            Array.ConvertAll(weights.ToFloats().ToArray(), scale => scale * first.ToFloats()[0]));
        return [Made(node, [node.Inputs[bias], name], 0)];
    }

    private string Made(GraphNode node, IReadOnlyList<string> inputs, int axis)
    {
        string name = _names.Value($"{inputs[0]}/float");
        var made = new GraphNode(
            _names.Node($"{node.Name}/{inputs[0]}"), "DequantizeLinear", inputs, [name], ("axis", AttributeValue.Of((long)axis)));
        made = node.OpType == "DequantizeLinear" ? made with { Attributes = node.Attributes } : made;
        if (inputs.All(input => input.Length == 0 || _constants.ContainsKey(input)))
        {
            _constants[name] = ConstantRun.Of([made], Math.Max(_file.Opset, 13), Constant, [name])[name];
        }
        else
        {
            _nodes.Add(made);
        }

        return name;
    }

    private TensorData? Constant(string? name) => _constants.GetValueOrDefault(name ?? string.Empty);
}
