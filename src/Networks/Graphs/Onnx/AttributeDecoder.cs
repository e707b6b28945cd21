namespace Cluster.Networks.Graphs.Onnx;

/// <summary>Decodes AttributeProto to <see cref="AttributeValue"/>.</summary>
internal static class AttributeDecoder
{
    /// <summary>All attributes of a node, ordered by name.</summary>
    /// <param name="node">The node's name in an error, e.g. "Node 'conv1' (Conv) of 'm.onnx'".</param>
    public static IReadOnlyDictionary<string, AttributeValue> Decode(NodeProto proto, string node)
    {
        var attributes = new SortedDictionary<string, AttributeValue>(StringComparer.Ordinal);
        foreach (AttributeProto attribute in proto.Attribute)
        {
            if (!attributes.TryAdd(attribute.Name, Decode(attribute, node)))
            {
                throw new KernelException($"{node} has the attribute '{attribute.Name}' twice; expected each attribute once.");
            }
        }

        return attributes;
    }

    private static AttributeValue Decode(AttributeProto attribute, string node)
    {
        if (attribute.RefAttrName.Length > 0)
        {
            throw new KernelException(
                $"{node} takes its attribute '{attribute.Name}' from a function; expected a graph without functions: "
                + "inline them before exporting.");
        }

        return KindOf(attribute) switch
        {
            AttributeKind.Float => AttributeValue.Of(attribute.F),
            AttributeKind.Int => AttributeValue.Of(attribute.I),
            AttributeKind.String => AttributeValue.Of(attribute.S.ToStringUtf8()),
            AttributeKind.Floats => AttributeValue.Of((IReadOnlyList<float>)[.. attribute.Floats]),
            AttributeKind.Ints => AttributeValue.Of((IReadOnlyList<long>)[.. attribute.Ints]),
            AttributeKind.Strings =>
                AttributeValue.Of((IReadOnlyList<string>)[.. attribute.Strings.Select(text => text.ToStringUtf8())]),
            AttributeKind.Tensor when attribute.T is not null =>
                AttributeValue.Of(TensorDecoder.Decode(attribute.T, $"The attribute '{attribute.Name}' of {Lower(node)}")),
            AttributeKind.Graph => new AttributeValue { Body = BodyDecoder.Decode(attribute.G) },
            var kind => throw new KernelException(
                $"{node} has the attribute '{attribute.Name}' of kind {kind}, which is not supported; expected an int, float, "
                + "string, tensor, graph, ints, floats or strings."),
        };
    }

    // Files of the first format versions state no kind: it follows from the content.
    private static AttributeKind KindOf(AttributeProto attribute) => attribute switch
    {
        { Type: not (int)AttributeKind.Undefined } => (AttributeKind)attribute.Type,
        { HasF: true } => AttributeKind.Float,
        { HasI: true } => AttributeKind.Int,
        { HasS: true } => AttributeKind.String,
        { T: not null } => AttributeKind.Tensor,
        { HasG: true } => AttributeKind.Graph,
        { Floats.Count: > 0 } => AttributeKind.Floats,
        { Strings.Count: > 0 } => AttributeKind.Strings,
        _ => AttributeKind.Ints,
    };

    private static string Lower(string sentenceStart) => char.ToLowerInvariant(sentenceStart[0]) + sentenceStart[1..];
}

/// <summary>The kind of an attribute: the values of AttributeProto.AttributeType that are supported here.</summary>
internal enum AttributeKind
{
    Undefined = 0,
    Float = 1,
    Int = 2,
    String = 3,
    Tensor = 4,
    Graph = 5,
    Floats = 6,
    Ints = 7,
    Strings = 8,
}
