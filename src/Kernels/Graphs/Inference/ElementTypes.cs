namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Element type of every value, as far as the supported operators determine it.</summary>
internal static class ElementTypes
{
    public static Dictionary<string, ElementType> Of(ModelGraph graph)
    {
        var types = graph.Initializers.ToDictionary(pair => pair.Key, pair => pair.Value.Type, StringComparer.Ordinal);
        foreach (ValueInfo input in graph.Inputs)
        {
            types[input.Name] = input.Type;
        }

        foreach (GraphNode node in graph.Nodes)
        {
            ElementType type = node.OpType switch
            {
                "Cast" => (ElementType)node.GetInt("to", 0),
                "Shape" => ElementType.Int64,
                "Equal" or "Greater" or "GreaterOrEqual" or "Less" or "LessOrEqual" or "And" or "Or" or "Xor" or "Not"
                    or "IsNaN" or "IsInf" => ElementType.Bool,
                "QuantizeLinear" => types.GetValueOrDefault(node.Input(2) ?? string.Empty, ElementType.UInt8),
                "DequantizeLinear" => ElementType.Float,
                "ConstantOfShape" => node.Attributes.GetValueOrDefault("value")?.Tensor?.Type ?? ElementType.Float,
                "Where" => types.GetValueOrDefault(node.Input(1) ?? string.Empty),
                _ when !SupportedOperators.IsKnown(node) => ElementType.Undefined,
                _ => types.GetValueOrDefault(node.Input(0) ?? string.Empty),
            };
            foreach (string output in node.Outputs.Where(output => output.Length > 0))
            {
                types[output] = type;
            }
        }

        return types;
    }
}
