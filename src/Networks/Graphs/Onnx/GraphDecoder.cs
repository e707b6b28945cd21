namespace Cluster.Networks.Graphs.Onnx;

/// <summary>
/// Decodes GraphProto to <see cref="ModelGraph"/>: names, constants, nodes; with all the checks that later steps rely on.
/// </summary>
internal sealed class GraphDecoder(GraphProto proto, string file)
{
    private readonly Dictionary<string, TensorData> _initializers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _read = proto.Node.SelectMany(node => node.Input).Concat(proto.Output.Select(output => output.Name))
        .ToHashSet(StringComparer.Ordinal);

    private readonly HashSet<string> _nodeNames = proto.Node.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);

    public ModelGraph Decode(int opset)
    {
        if (proto.SparseInitializer.Count > 0)
        {
            throw new KernelException($"The model '{file}' holds sparse initializers, which are not supported; save it with dense ones.");
        }

        ReadInitializers();
        List<ValueInfo> inputs = ReadInputs();
        var nodes = ReadNodes();
        ValueInfo[] outputs =
        [
            .. proto.Output.Select(
                output => ValueInfoDecoder.Decode(output, $"The output '{output.Name}' of '{file}'", shapeRequired: false)),
        ];
        return new ModelGraph
        {
            Name = proto.Name,
            Opset = opset,
            Inputs = inputs,
            Outputs = outputs,
            Nodes = TopologicalOrder.Sort(nodes, inputs, outputs, _initializers, file),
            Initializers = _initializers,
            ListsConstants = inputs.Count < proto.Input.Count,
        };
    }

    private void ReadInitializers()
    {
        foreach (TensorProto tensor in proto.Initializer)
        {
            Define(tensor.Name, "an initializer");

            // One that nothing reads may be of any type, such as text with the classes' names.
            if (_read.Contains(tensor.Name) || TensorDecoder.Knows(tensor.DataType))
            {
                _initializers.Add(tensor.Name, TensorDecoder.Decode(tensor, $"The initializer '{tensor.Name}' of '{file}'"));
            }
        }
    }

    private List<ValueInfo> ReadInputs()
    {
        var inputs = new List<ValueInfo>();
        foreach (ValueInfoProto input in proto.Input)
        {
            // Until format version 4 every initializer had to be listed among the inputs.
            if (_initializers.ContainsKey(input.Name) || (_values.Contains(input.Name) && !_read.Contains(input.Name)))
            {
                continue;
            }

            Define(input.Name, "an input");
            inputs.Add(ValueInfoDecoder.Decode(input, $"The input '{input.Name}' of '{file}'", shapeRequired: true));
        }

        return inputs;
    }

    private List<GraphNode> ReadNodes()
    {
        var named = new HashSet<string>(StringComparer.Ordinal);
        var nodes = new List<GraphNode>(proto.Node.Count);
        for (int i = 0; i < proto.Node.Count; i++)
        {
            NodeProto node = proto.Node[i];
            string name = node.Name.Length > 0 && named.Add(node.Name)
                ? node.Name
                : Unique($"{(node.Name.Length > 0 ? node.Name : node.OpType)}_{i}", _nodeNames);
            string what = $"Node '{name}' ({node.OpType}) of '{file}'";
            if (IsUnreadText(node))
            {
                continue;
            }

            GraphNode decoded = ReadNode(node, name, what);
            if (ConstantNode.TryRead(decoded, what) is { } value)
            {
                _initializers.Add(decoded.Output, value);
                continue;
            }

            nodes.Add(decoded);
        }

        return nodes;
    }

    private bool IsUnreadText(NodeProto node) => node.OpType == "Constant" && !node.Output.Any(_read.Contains)
        && node.Attribute.Any(value => value.Name is "value_string" or "value_strings"
            || (value.T is { } tensor && !TensorDecoder.Knows(tensor.DataType)));

    private GraphNode ReadNode(NodeProto node, string name, string what)
    {
        if (node.OpType.Length == 0 || node.Output.All(output => output.Length == 0))
        {
            throw new KernelException($"{what} lacks an operator or an output; the file is damaged or was written by a faulty exporter.");
        }

        foreach (string output in node.Output.Where(output => output.Length > 0))
        {
            Define(output, $"an output of node '{name}'");
        }

        // If only the last state of an LSTM is read, its first output has no name.
        string first = node.Output[0].Length > 0 ? node.Output[0] : Unique($"{name}/unread", _values);
        var decoded = new GraphNode(name, node.OpType, [], [first, .. node.Output.Skip(1)], AttributeDecoder.Decode(node, what))
        {
            Domain = Inlining.Domain(node.Domain),
        };
        return decoded with { Inputs = [.. node.Input, .. decoded.Captured] };
    }

    private static string Unique(string name, HashSet<string> taken)
    {
        while (!taken.Add(name))
        {
            name += "_";
        }

        return name;
    }

    private void Define(string value, string role)
    {
        if (value.Length == 0)
        {
            throw new KernelException($"The model '{file}' has {role} without a name; every value needs one.");
        }

        if (!_values.Add(value))
        {
            throw new KernelException(
                $"The model '{file}' defines the value '{value}' twice, the second time as {role}; every value may have one origin only.");
        }
    }
}

/// <summary>Reads a Constant node, which is another form of an initializer.</summary>
internal static class ConstantNode
{
    /// <summary>The value that a Constant node holds.</summary>
    /// <returns>The value, or null if the node is not a Constant.</returns>
    public static TensorData? TryRead(GraphNode node, string what)
    {
        if (node.OpType != "Constant")
        {
            return null;
        }

        AttributeValue? value = node.Attributes.Count == 1 ? node.Attributes.First().Value : null;
        return (node.Attributes.Keys.FirstOrDefault(), value) switch
        {
            ("value", { Tensor: { } tensor }) => tensor,
            ("value_int", { Int: { } number }) => TensorData.FromInt64([], [number]),
            ("value_float", { Float: { } number }) => TensorData.FromFloats([], [number]),
            ("value_ints", { Ints: { } numbers }) => TensorData.FromInt64([numbers.Count], [.. numbers]),
            ("value_floats", { Floats: { } numbers }) => TensorData.FromFloats([numbers.Count], [.. numbers]),
            _ => throw new KernelException(
                $"{what} holds no dense numeric value; expected exactly one of value, value_int, value_ints, "
                + "value_float and value_floats."),
        };
    }
}

/// <summary>Decodes ValueInfoProto to <see cref="ValueInfo"/>.</summary>
internal static class ValueInfoDecoder
{
    public static ValueInfo Decode(ValueInfoProto proto, string what, bool shapeRequired)
    {
        if (proto.Type?.TensorType is not { } tensor)
        {
            return shapeRequired
                ? throw new KernelException($"{what} is not a tensor; expected one: export the network without sequences as inputs.")
                : new ValueInfo(proto.Name, ElementType.Undefined, []) { ShapeKnown = false, Notes = NotesOf(proto, []) };
        }

        ElementType type = TensorDecoder.ElementTypeOf(tensor.ElemType, what);
        if (tensor.Shape is null)
        {
            return shapeRequired
                ? throw new KernelException(
                    $"{what} declares no shape; expected one such as [N,3,224,224]: export the network with the shape of its input.")
                : new ValueInfo(proto.Name, type, []) { ShapeKnown = false, Notes = NotesOf(proto, []) };
        }

        var shape = new List<long>(tensor.Shape.Dim.Count);
        foreach (var dimension in tensor.Shape.Dim)
        {
            bool isFixed = dimension.ValueCase == TensorShapeProto.Types.Dimension.ValueOneofCase.DimValue;
            long size = isFixed ? dimension.DimValue : -1;

            // Some exporters write a free dimension as the fixed value -1, and one of an output as 0; a batch of 0 takes no sample.
            shape.Add(size > 0 || (size == 0 && isFixed && shapeRequired) ? size : -1);
            if (size is < -1 or > int.MaxValue || (shape is [0] && tensor.Shape.Dim.Count > 1))
            {
                throw new KernelException(
                    $"{what} declares a dimension of {size}; expected one between 1 and 2^31, or a name for a free one.");
            }
        }

        return new ValueInfo(proto.Name, type, shape)
        {
            AxisNames = Words(tensor.Shape.Dim.Select(dimension => dimension.DimParam)),
            Notes = NotesOf(proto, Words(tensor.Shape.Dim.Select(dimension => dimension.Denotation))),
        };
    }

    private static ValueNotes NotesOf(ValueInfoProto proto, IReadOnlyList<string> axes)
    {
        byte[] others = new ValueInfoProto(proto) { Name = string.Empty, DocString = string.Empty, Type = null }.ToByteArray();
        string denotation = proto.Type?.Denotation ?? string.Empty;
        return proto.DocString.Length + denotation.Length + axes.Count + others.Length == 0 ? ValueNotes.None
            : new(proto.DocString, denotation, axes, others);
    }

    private static string[] Words(IEnumerable<string> axes) =>
        axes.ToArray() is var words && words.Any(word => word.Length > 0) ? words : [];
}
