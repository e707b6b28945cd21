namespace Cluster.Export.TensorRt;

/// <summary>
/// Element types of a file's values by the operators alone, so that a file of which an operator reads two types has types, too; ONNX
/// Runtime refuses it. What a node states is taken, except which float it is.
/// </summary>
internal static class FloatTypes
{
    private static readonly Dictionary<string, ElementType> Fixed = new(
        new[] { "Shape", "Size", "ArgMax", "ArgMin", "NonZero" }.Select(name => KeyValuePair.Create(name, ElementType.Int64))
            .Concat(new[]
            {
                "Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual", "And", "Or", "Xor", "Not", "IsNaN", "IsInf",
            }.Select(name => KeyValuePair.Create(name, ElementType.Bool))),
        StringComparer.Ordinal);

    /// <summary>Types of all values.</summary>
    public static Dictionary<string, ElementType> Of(ModelGraph file)
    {
        var types = ElementTypes.OfEnds(file);
        foreach (var node in file.Nodes)
        {
            for (int i = 0; i < node.Outputs.Count; i++)
            {
                var stated = i < node.OutputTypes.Count ? node.OutputTypes[i] : ElementType.Undefined;
                types[node.Outputs[i]] = stated is ElementType.Undefined or ElementType.Float or ElementType.Float16
                    ? OfOutput(node, i, types)
                    : stated;
            }
        }

        return types;
    }

    private static ElementType OfOutput(GraphNode node, int output, Dictionary<string, ElementType> types) => node.OpType switch
    {
        "Cast" => (ElementType)node.GetInt("to", 0),
        "QuantizeLinear" => node.HasInput(2) ? types.GetValueOrDefault(node.Inputs[2]) : ElementType.UInt8,
        "DequantizeLinear" => types.GetValueOrDefault(node.Inputs[1]),
        "ConstantOfShape" => node.Attributes.GetValueOrDefault("value")?.Tensor?.Type ?? ElementType.Float,
        "TopK" or "MaxPool" or "Unique" when output > 0 => ElementType.Int64,
        _ when node.HasBody => ElementType.Float,
        _ => Fixed.TryGetValue(node.OpType, out var type) ? type : OfInputs(node, types),
    };

    private static ElementType OfInputs(GraphNode node, Dictionary<string, ElementType> types) => node.Inputs
        .Where(input => input.Length > 0)
        .Select(input => types.GetValueOrDefault(input))
        .OrderByDescending(type => type.IsFloat())
        .FirstOrDefault();
}
