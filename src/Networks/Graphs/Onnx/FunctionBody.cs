namespace Cluster.Networks.Graphs.Onnx;

/// <summary>The body of a function that a file defines, as one call has it: with the call's attributes and inputs.</summary>
internal static class FunctionBody
{
    public static GraphProto Of(FunctionProto function, NodeProto call)
    {
        var attributes = function.AttributeProto.Concat(call.Attribute)
            .GroupBy(attribute => attribute.Name, StringComparer.Ordinal)
            .ToDictionary(values => values.Key, values => values.Last(), StringComparer.Ordinal);
        var body = new GraphProto();
        body.Node.AddRange(function.Node.Select(node => node.Clone()));
        body.Output.AddRange(function.Output.Select(name => new ValueInfoProto { Name = name }));
        Bind(body, attributes);
        return body;
    }

    /// <summary>The function's names of its inputs, with the values that the call gives; an absent one is empty.</summary>
    public static Dictionary<string, string> Inputs(FunctionProto function, NodeProto call) => function.Input
        .Select((name, i) => KeyValuePair.Create(name, i < call.Input.Count ? call.Input[i] : string.Empty))
        .ToDictionary(StringComparer.Ordinal);

    // An attribute of the function that the call leaves out is absent in the body as well.
    private static void Bind(GraphProto body, IReadOnlyDictionary<string, AttributeProto> attributes)
    {
        foreach (var node in body.Node)
        {
            AttributeProto[] bound =
            [
                .. node.Attribute.Select(attribute => attribute.RefAttrName.Length == 0 ? attribute
                    : attributes.GetValueOrDefault(attribute.RefAttrName) is { } given ? Renamed(given, attribute.Name)
                    : null).OfType<AttributeProto>(),
            ];
            node.Attribute.Clear();
            node.Attribute.AddRange(bound);
            foreach (var attribute in node.Attribute.Where(attribute => attribute.HasG))
            {
                var inner = GraphProto.Parser.ParseFrom(attribute.G);
                Bind(inner, attributes);
                attribute.G = inner.ToByteString();
            }
        }
    }

    private static AttributeProto Renamed(AttributeProto attribute, string name)
    {
        var renamed = attribute.Clone();
        renamed.Name = name;
        return renamed;
    }
}
