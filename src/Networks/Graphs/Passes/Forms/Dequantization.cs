namespace Cluster.Networks.Graphs.Passes.Forms;

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
    private readonly Dictionary<string, string?> _written = new(StringComparer.Ordinal); // scales, by the codes made with them
    private readonly HashSet<string> _steps = new(StringComparer.Ordinal); // found in each run, of activations
    private readonly Dictionary<string, Scale> _scales = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Addend> _addends = new(StringComparer.Ordinal); // rounded to whole steps of a sum
    private readonly Dictionary<string, Sum> _sums = new(StringComparer.Ordinal); // of integers, by their names
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
        "DequantizeLinear" when Ratio(node) is { } ratio =>
            [new GraphNode(node.Name, "Mul", [_floats[node.Inputs[0]], ratio], [node.Output])],
        "DequantizeLinear" => [new GraphNode(node.Name, "Identity", [Number(node, 0, 1, 2, (int)node.GetInt("axis", 1))], [node.Output])],
        "QLinearConv" => Product(node, "Conv", [Number(node, 0, 1, 2), Number(node, 3, 4, 5, 0), .. Bias(node, 8, 1, 4)], 6),
        "DynamicQuantizeLinear" => Dynamic(node),
        "Mul" when node.Inputs.FirstOrDefault(_steps.Contains) is { } step => Scaled(node, step),
        "Div" when _scales.TryGetValue(node.Inputs[1], out var scale) && Constant(node.Inputs[0]) is not null =>
            Added(node, new Addend(node.Inputs[0], scale)),
        "Floor" or "Round" or "Cast" when _addends.TryGetValue(node.Inputs[0], out var addend) => Added(node, addend),
        "Reshape" or "Unsqueeze" when _addends.TryGetValue(node.Inputs[0], out var addend) =>
            [.. Added(node, addend with { Value = node.Output }), node.WithInput(0, addend.Value)],
        "ConvInteger" or "MatMulInteger" when _floats.ContainsKey(node.Inputs[0]) => Summed(node, new Sum(node)),
        "Cast" when _sums.TryGetValue(node.Inputs[0], out var sum) => Summed(node, sum),
        "Add" when node.Inputs.FirstOrDefault(_sums.ContainsKey) is { } sum && _addends.TryGetValue(Other(node, sum), out var addend) =>
            Summed(node, _sums[sum].Addend is null ? _sums[sum] with { Addend = addend } : throw Unknown(node)),
        "Mul" when node.Inputs.FirstOrDefault(_sums.ContainsKey) is { } sum && _scales.TryGetValue(Other(node, sum), out var scale) =>
            Summands(node, _sums[sum], scale),
        "MatMulIntegerToFloat" => Biased(node, [Number(node, 0, 2, 4), Weight(node, 1, node.Input(3), node.Input(5))], 6),
        WeightOnlyNodes.DynamicProduct => Biased(node, [node.Inputs[0], Weight(node, 1, node.Input(2), node.Input(3))], 4),
        WeightOnlyNodes.Lstm =>
        [
            new GraphNode(
                node.Name,
                "LSTM",
                [node.Inputs[0], Recurrent(node, 1, 8), Recurrent(node, 2, 10), .. node.Inputs.Take(8).Skip(3)],
                node.Outputs,
                node.Attributes),
        ],
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
            or "Split" or "Concat" when IsGone(node.Inputs[0])
                && node.Inputs.All(input => _floats.ContainsKey(input) || _constants.ContainsKey(input)) => Moved(node),
        "Pad" when _floats.ContainsKey(node.Inputs[0]) && Constant(node.Input(2)) is not { Type: ElementType.Float } =>
            Moved(node with { Inputs = [.. node.Inputs.Take(2)] }),
        _ when node.Inputs.Any(IsGone) || WeightOnlyNodes.IsQuantized(node) => throw Unknown(node),
        _ => [node],
    };

    private static KernelException Unknown(GraphNode node) => node.Error(
        "computes with codes in a form that is not undone here; expected QuantizeLinear and DequantizeLinear pairs, QLinearConv, "
        + "QLinearMatMul, QGemm, QLinearAdd, QLinearMul, QLinearConcat, QLinear pools and activations, DynamicQuantizeMatMul, "
        + "DynamicQuantizeLSTM, and DynamicQuantizeLinear with MatMulIntegerToFloat, or with ConvInteger or MatMulInteger whose sums are "
        + "cast and multiplied by the product of both scales: use the FP32 network that it was made from.");

    // What only nodes between codes and numbers may read.
    private bool IsGone(string value) =>
        _floats.ContainsKey(value) || _steps.Contains(value) || _scales.ContainsKey(value) || _sums.ContainsKey(value)
        || _addends.ContainsKey(value);

    private static string Other(GraphNode node, string input) => node.Inputs[node.Inputs[0] == input ? 1 : 0];

    private GraphNode[] Dynamic(GraphNode node)
    {
        _floats[node.Output] = node.Inputs[0];
        _steps.UnionWith(node.Outputs.Skip(1)); // and the code of zero, which no sum needs
        return [];
    }

    private GraphNode[] Scaled(GraphNode node, string step)
    {
        string other = Other(node, step);
        _scales[node.Output] = _steps.Contains(other) ? new Scale(step, null) : Constant(other) is not null ? new Scale(step, other)
            : throw Unknown(node);
        return [];
    }

    private GraphNode[] Added(GraphNode node, Addend addend)
    {
        _addends[node.Output] = addend;
        return [];
    }

    private GraphNode[] Summed(GraphNode node, Sum sum)
    {
        _sums[node.Output] = sum;
        return [];
    }

    private IEnumerable<GraphNode> Summands(GraphNode node, Sum sum, Scale scale)
    {
        var product = sum.Product;
        if (sum.Addend is { } addend && addend.Scale != scale)
        {
            throw Unknown(node);
        }

        return Plus(
            new GraphNode(
                product.Name,
                product.OpType[..^"Integer".Length],
                [
                    _floats[product.Inputs[0]],
                    scale.Weights is { } steps ? Weight(product, 1, steps, product.Input(3))
                        : _floats.GetValueOrDefault(product.Inputs[1]) ?? throw Unknown(product),
                ],
                [node.Output],
                product.Attributes),
            sum.Addend?.Value);
    }

    private IEnumerable<GraphNode> Biased(GraphNode node, IReadOnlyList<string> inputs, int bias) =>
        Plus(new GraphNode(node.Name, "MatMul", inputs, [node.Output]), node.Input(bias));

    private IEnumerable<GraphNode> Plus(GraphNode product, string? addend)
    {
        string output = addend is null ? product.Output : _names.Value($"{product.Output}/product");
        yield return product with { Outputs = [output] };
        if (addend is not null)
        {
            yield return new GraphNode(_names.Node($"{product.Name}/addend"), "Add", [output, addend], [product.Output]);
        }
    }

    // A vector has a step for each column; ONNX Runtime's ConvInteger takes none.
    private string Weight(GraphNode node, int codes, string? scale, string? zero)
    {
        if (_floats.TryGetValue(node.Inputs[codes], out string? value))
        {
            return value;
        }

        var steps = Constant(scale);
        return steps is null || (steps.Count > 1 && (node.OpType == "ConvInteger" || steps.Shape[^1] != steps.Count))
            ? throw Unknown(node)
            : Decoded(node, codes, steps.Reshaped(steps.Count == 1 ? [] : [steps.Count]), zero);
    }

    // (directions, inputs, gates) in codes; a step for each direction, or for each gate of it.
    private string Recurrent(GraphNode node, int codes, int scale)
    {
        var steps = Constant(node.Input(scale)) ?? throw Unknown(node);
        return Decoded(
            node, codes, steps.Reshaped([steps.Shape[0], 1, steps.Count / steps.Shape[0]]), node.Input(scale + 1), transposed: true);
    }

    // Any shape of steps that the codes' takes: DequantizeLinear has one axis. Points of zero have the steps' or are one.
    private string Decoded(GraphNode node, int codes, TensorData steps, string? zero, bool transposed = false)
    {
        var stored = Constant(node.Inputs[codes]) ?? throw Unknown(node);
        var points = zero is null ? TensorData.FromInt8([], [0]) : Constant(zero) ?? throw Unknown(node);
        var to = ("to", AttributeValue.Of((long)ElementType.Float));
        GraphNode[] nodes =
        [
            new("codes", "Cast", ["stored"], ["codes"], to),
            new("zero", "Cast", ["points"], ["zero"], to),
            new("distances", "Sub", ["codes", "zero"], ["distances"]),
            new("weights", "Mul", ["distances", "steps"], ["weights"]),
            .. transposed ? [new GraphNode("turned", "Transpose", ["weights"], ["turned"], ("perm", AttributeValue.Of([0, 2, 1])))]
                : Array.Empty<GraphNode>(),
        ];
        var known = new Dictionary<string, TensorData>(StringComparer.Ordinal)
        {
            ["stored"] = stored,
            ["points"] = points.Count == steps.Count ? points.Reshaped(steps.Shape) : points,
            ["steps"] = steps,
        };
        string name = _names.Value($"{node.Inputs[codes]}/float");
        _constants[name] = ConstantRun.Of(nodes, Math.Max(_file.Opset, 13), known.GetValueOrDefault, [nodes[^1].Output])[nodes[^1].Output];
        return name;
    }

    private GraphNode[] Moved(GraphNode node)
    {
        foreach (string output in node.Values)
        {
            _floats[output] = output;
            _written[output] = _written.GetValueOrDefault(node.Inputs[0]);
        }

        return [node with { Inputs = [.. node.Inputs.Select(input => _floats.GetValueOrDefault(input, input))] }];
    }

    // Codes that are read with another scale than they were made with stand for a multiple.
    private string? Ratio(GraphNode node)
    {
        if (!_floats.ContainsKey(node.Inputs[0]) || Constant(_written.GetValueOrDefault(node.Inputs[0])) is not { Count: 1 } written
            || Constant(node.Input(1)) is not { Count: 1 } read || written.ToFloats()[0] == read.ToFloats()[0])
        {
            return null;
        }

        string name = _names.Value($"{node.Output}/ratio");
        _constants[name] = TensorData.FromFloats([], [(float)(read.ToFloats()[0] / (double)written.ToFloats()[0])]);
        return name;
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
        _written[codes] = scale;
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

    // The steps of a sum: those of an activation times those of constant weights, or of another activation.
    private readonly record struct Scale(string Step, string? Weights);

    private sealed record Addend(string Value, Scale Scale);

    private sealed record Sum(GraphNode Product, Addend? Addend = null);
}
