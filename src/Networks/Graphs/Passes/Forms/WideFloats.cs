namespace Cluster.Networks.Graphs.Passes.Forms;

/// <summary>
/// Computes in float32 what the file computes in 16-bit floats: its constants become float32, which loses nothing, and its Casts to 16 bits
/// Casts to float32, which round nothing. The same for double where layers multiply in it, so that they can be quantized. Inputs and
/// outputs keep their type in files, see <see cref="ValueInfo.FileType"/>.
/// </summary>
internal static class WideFloats
{
    private static readonly string[] Types = ["to", "dtype", "output_dtype", "output_datatype"];

    public static ModelGraph Apply(ModelGraph graph)
    {
        bool hasWideLayers = graph.Nodes.Any(node => node.OpType is "Conv" or "ConvTranspose" or "Gemm" or "MatMul" or "LSTM" or "GRU"
            && node.Inputs.Any(input => graph.Initializers.GetValueOrDefault(input)?.Type == ElementType.Double));

        // By what the file states, as ONNX Runtime lacks kernels of 16 bits and does not open it.
        var found = graph.Inputs.Concat(graph.Outputs).Select(end => end.Type)
            .Concat(graph.Initializers.Values.Select(constant => constant.Type))
            .Concat(graph.Nodes.SelectMany(node => node.Attributes).Select(pair => pair.Value switch
            {
                { Int: { } type } when Types.Contains(pair.Key) => (ElementType)type,
                { Tensor: { } constant } => constant.Type,
                _ => ElementType.Undefined,
            }))
            .Where(IsWidened).Distinct().Order().ToArray();
        return found.Length == 0
            ? graph
            : Body(graph) with
            {
                Widened = found[0],
                Inputs = [.. graph.Inputs.Select(End)],
                Outputs = [.. graph.Outputs.Select(End)],
            };

        ModelGraph Body(ModelGraph body) => body with
        {
            Nodes = [.. body.Nodes.Select(Node)],
            Initializers = body.Initializers.ToDictionary(pair => pair.Key, pair => Constant(pair.Value), StringComparer.Ordinal),
        };

        bool IsWidened(ElementType type) =>
            type is ElementType.Float16 or ElementType.BFloat16 || (hasWideLayers && type == ElementType.Double);

        ValueInfo End(ValueInfo value) => IsWidened(value.Type) ? value with { Type = ElementType.Float, FileType = value.Type } : value;

        TensorData Constant(TensorData constant) => IsWidened(constant.Type) ? constant.Widened() : constant;

        GraphNode Node(GraphNode node)
        {
            node = node.WithBodies((body, name) => BodyDecoder.Rewritten(
                body, name, graph.Opset, Body, type => IsWidened(type) ? ElementType.Float : type));
            return node with
            {
                OutputTypes = [],
                Attributes = node.Attributes.ToDictionary(
                    pair => pair.Key, pair => Attribute(pair.Key, pair.Value), StringComparer.Ordinal),
            };
        }

        AttributeValue Attribute(string name, AttributeValue value) => value switch
        {
            { Int: { } type } when Types.Contains(name) && IsWidened((ElementType)type) => AttributeValue.Of((long)ElementType.Float),
            { Tensor: { } constant } => AttributeValue.Of(Constant(constant)),
            _ => value,
        };
    }
}
