namespace Cluster.Networks.Graphs.Onnx;

/// <summary>Finds what a body reads from the graph around it, renames it, and opens it.</summary>
internal static class BodyDecoder
{
    private const int MostDepth = 32;

    /// <exception cref="InvalidProtocolBufferException">The bytes are no graph.</exception>
    public static GraphBody Decode(ByteString bytes)
    {
        var captured = new List<string>();
        var defined = new HashSet<string>(StringComparer.Ordinal);
        Visit(GraphProto.Parser.ParseFrom(bytes), [], captured, defined, 0);
        return new GraphBody(bytes.Memory, [.. captured.Distinct(StringComparer.Ordinal)], defined);
    }

    /// <summary>The body with its nodes, constants and stated types rewritten.</summary>
    /// <param name="prefix">For the names of its nodes, so that new values have names of their own.</param>
    public static GraphBody Rewritten(
        GraphBody body, string prefix, int opset, Func<ModelGraph, ModelGraph> rewrite, Func<ElementType, ElementType> type)
    {
        var proto = GraphProto.Parser.ParseFrom(body.Bytes.Span);
        var graph = rewrite(new ModelGraph
        {
            Name = proto.Name,
            Opset = opset,
            Inputs = [],
            Outputs = [],
            Nodes = [.. proto.Node.Select((node, i) => Node(node, $"{prefix}/{i}"))],
            Initializers = proto.Initializer.ToDictionary(
                tensor => tensor.Name, tensor => TensorDecoder.Decode(tensor, $"The constant '{tensor.Name}' in '{prefix}'")),
        });
        proto.Node.Clear();
        proto.Node.AddRange(graph.Nodes.Select(node => NodeEncoder.Encode(node)));
        proto.Initializer.Clear();
        proto.Initializer.AddRange(graph.Initializers.Select(pair => NodeEncoder.Encode(pair.Value, pair.Key)));
        foreach (var tensor in proto.Input.Concat(proto.Output).Select(value => value.Type?.TensorType).OfType<TypeProto.Types.Tensor>())
        {
            tensor.ElemType = (int)type((ElementType)tensor.ElemType);
        }

        return Decode(proto.ToByteString());
    }

    private static GraphNode Node(NodeProto node, string name)
    {
        var attributes = AttributeDecoder.Decode(node, $"Node '{name}' ({node.OpType})");
        var decoded = new GraphNode(name, node.OpType, [], [.. node.Output], attributes)
        {
            Domain = Inlining.Domain(node.Domain),
        };
        return decoded with { Inputs = [.. node.Input, .. decoded.Captured] };
    }

    /// <summary>The body as a graph; its inputs are the values that it reads from the graph around it, of no type that matters.</summary>
    /// <param name="what">The body's name in errors.</param>
    /// <exception cref="KernelException">It is not a valid graph.</exception>
    public static ModelGraph Open(GraphBody body, int opset, string what)
    {
        var graph = GraphProto.Parser.ParseFrom(body.Bytes.Span);
        graph.Input.AddRange(body.Captured.Select(name => new ValueInfoProto
        {
            Name = name,
            Type = new TypeProto
            {
                TensorType = new TypeProto.Types.Tensor { ElemType = (int)ElementType.Float, Shape = new TensorShapeProto() },
            },
        }));
        return new GraphDecoder(graph, what).Decode(opset);
    }

    /// <summary>Nodes with those of the bodies in them.</summary>
    /// <exception cref="KernelException">Bodies are nested too deeply.</exception>
    public static IEnumerable<NodeProto> Within(IEnumerable<NodeProto> nodes, int depth = 0)
    {
        RequireDepth(depth);
        return nodes.SelectMany(node => node.Attribute.Where(attribute => attribute.HasG)
            .SelectMany(attribute => Within(GraphProto.Parser.ParseFrom(attribute.G).Node, depth + 1))
            .Prepend(node));
    }

    /// <summary>The body's bytes with other names for values of the graph around it.</summary>
    public static ByteString Renamed(GraphBody body, IReadOnlyDictionary<string, string> names)
    {
        if (names.Count == 0)
        {
            return UnsafeByteOperations.UnsafeWrap(body.Bytes);
        }

        var graph = GraphProto.Parser.ParseFrom(body.Bytes.Span);
        Rename(graph, names, 0);
        return graph.ToByteString();
    }

    /// <summary>Renames values that a graph and the bodies in it read or define.</summary>
    /// <exception cref="KernelException">Bodies are nested too deeply.</exception>
    public static void Rename(GraphProto graph, IReadOnlyDictionary<string, string> names, int depth)
    {
        RequireDepth(depth);
        foreach (var node in graph.Node)
        {
            for (int i = 0; i < node.Input.Count; i++)
            {
                node.Input[i] = names.GetValueOrDefault(node.Input[i], node.Input[i]);
            }

            for (int i = 0; i < node.Output.Count; i++)
            {
                node.Output[i] = names.GetValueOrDefault(node.Output[i], node.Output[i]);
            }

            foreach (var attribute in node.Attribute.Where(attribute => attribute.HasG))
            {
                var inner = GraphProto.Parser.ParseFrom(attribute.G);
                Rename(inner, names, depth + 1);
                attribute.G = inner.ToByteString();
            }
        }

        foreach (var output in graph.Output)
        {
            output.Name = names.GetValueOrDefault(output.Name, output.Name);
        }
    }

    /// <exception cref="KernelException">It is too deep.</exception>
    public static void RequireDepth(int depth)
    {
        if (depth > MostDepth)
        {
            throw new KernelException($"The model has more than {MostDepth} branches within each other; expected fewer.");
        }
    }

    private static void Visit(GraphProto graph, HashSet<string> known, List<string> captured, HashSet<string> defined, int depth)
    {
        RequireDepth(depth);
        foreach (var tensor in graph.Initializer)
        {
            TensorDecoder.RequireOwn(tensor, $"The constant '{tensor.Name}' of a branch or loop");
        }

        known.UnionWith(graph.Initializer.Select(tensor => tensor.Name));
        known.UnionWith(graph.Input.Select(input => input.Name));
        known.UnionWith(graph.Node.SelectMany(node => node.Output));
        defined.UnionWith(known);
        captured.AddRange(graph.Node.SelectMany(node => node.Input).Concat(graph.Output.Select(output => output.Name))
            .Where(name => name.Length > 0 && !known.Contains(name)));
        foreach (var attribute in graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.HasG))
        {
            Visit(GraphProto.Parser.ParseFrom(attribute.G), [.. known], captured, defined, depth + 1);
        }
    }
}
