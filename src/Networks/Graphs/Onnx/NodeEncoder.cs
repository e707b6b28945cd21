namespace Cluster.Networks.Graphs.Onnx;

/// <summary>Encodes nodes, attributes and constants as messages.</summary>
internal static class NodeEncoder
{
    /// <param name="apart">Takes the bytes of large tensors in the node's bodies, by offset; null: the message does.</param>
    public static NodeProto Encode(GraphNode node, SortedList<long, ReadOnlyMemory<byte>>? apart = null)
    {
        var proto = new NodeProto { Name = node.Name, OpType = node.OpType, DocString = node.Note };
        if (node.Domain.Length > 0)
        {
            proto.Domain = node.Domain;
        }

        var captured = node.Captured.Zip(node.Inputs.TakeLast(node.Captured.Count))
            .Where(pair => pair.First != pair.Second)
            .ToDictionary(pair => pair.First, pair => pair.Second, StringComparer.Ordinal);
        proto.Input.AddRange(node.Inputs.SkipLast(node.Captured.Count));
        proto.Output.AddRange(node.Outputs);
        proto.Attribute.AddRange(node.Attributes
            .OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => pair.Value.Body is { } body
                ? new AttributeProto { Name = pair.Key, Type = (int)AttributeKind.Graph, G = Body(body, captured, apart) }
                : Encode(pair.Key, pair.Value)));
        return proto;
    }

    private static ByteString Body(GraphBody body, IReadOnlyDictionary<string, string> names, SortedList<long, ReadOnlyMemory<byte>>? apart)
    {
        var bytes = BodyDecoder.Renamed(body, names);
        return apart is null ? bytes : Apart(bytes, apart);
    }

    private static ByteString Apart(ByteString body, SortedList<long, ReadOnlyMemory<byte>> apart)
    {
        var graph = GraphProto.Parser.ParseFrom(body);
        for (int i = 0; i < graph.Initializer.Count; i++)
        {
            var tensor = graph.Initializer[i];
            graph.Initializer[i] = TensorDecoder.Knows(tensor.DataType)
                ? Encode(TensorDecoder.Decode(tensor, $"The constant '{tensor.Name}' of a branch or loop"), tensor.Name, apart)
                : tensor;
        }

        foreach (var attribute in graph.Node.SelectMany(node => node.Attribute).Where(attribute => attribute.HasG))
        {
            attribute.G = Apart(attribute.G, apart);
        }

        return graph.ToByteString();
    }

    /// <param name="apart">Takes the bytes of a large tensor, by offset; null: the message does.</param>
    public static TensorProto Encode(TensorData tensor, string name, SortedList<long, ReadOnlyMemory<byte>>? apart = null)
    {
        var proto = new TensorProto { Name = name, DataType = (int)tensor.Type };
        proto.Dims.AddRange(tensor.Shape);
        if (apart is null || tensor.Bytes.Length < ModelFile.SmallestApart)
        {
            proto.RawData = UnsafeByteOperations.UnsafeWrap(tensor.Bytes);
            return proto;
        }

        long offset = apart.Count == 0 ? 0 : ModelFile.Aligned(apart.Keys[^1] + apart.Values[^1].Length);
        apart.Add(offset, tensor.Bytes);
        proto.MergeFrom(ModelFile.Reference(offset, tensor.Bytes.Length));
        return proto;
    }

    private static AttributeProto Encode(string name, AttributeValue value) => value switch
    {
        { Int: { } number } => new AttributeProto { Name = name, Type = (int)AttributeKind.Int, I = number },
        { Float: { } number } => new AttributeProto { Name = name, Type = (int)AttributeKind.Float, F = number },
        { Text: { } text } => new AttributeProto { Name = name, Type = (int)AttributeKind.String, S = ByteString.CopyFromUtf8(text) },
        { Ints: { } numbers } => new AttributeProto { Name = name, Type = (int)AttributeKind.Ints, Ints = { numbers } },
        { Floats: { } numbers } => new AttributeProto { Name = name, Type = (int)AttributeKind.Floats, Floats = { numbers } },
        { Texts: { } texts } =>
            new AttributeProto { Name = name, Type = (int)AttributeKind.Strings, Strings = { texts.Select(ByteString.CopyFromUtf8) } },
        { Tensor: { } tensor } => new AttributeProto { Name = name, Type = (int)AttributeKind.Tensor, T = Encode(tensor, string.Empty) },
        _ => throw new KernelException($"The attribute '{name}' holds nothing; expected exactly one value."),
    };
}
