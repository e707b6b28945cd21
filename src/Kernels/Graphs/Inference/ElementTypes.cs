using Cluster.Kernels.Graphs.Passes;

namespace Cluster.Kernels.Graphs.Inference;

/// <summary>Element type of every value, as operators determine it or ONNX Runtime has said it.</summary>
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
                "QuantizeLinear" or "DequantizeLinear" when node.GetInt("output_dtype", 0) is not 0 and var stated => (ElementType)stated,
                "QuantizeLinear" => types.GetValueOrDefault(node.Input(2) ?? string.Empty, ElementType.UInt8),
                "DequantizeLinear" => ElementType.Float,
                "ConstantOfShape" => node.Attributes.GetValueOrDefault("value")?.Tensor?.Type ?? ElementType.Float,
                _ when !IsRuled(node) => ElementType.Undefined,
                "Where" or "CastLike" => types.GetValueOrDefault(node.Input(1) ?? string.Empty),
                _ => types.GetValueOrDefault(node.Input(0) ?? string.Empty),
            };
            foreach (var (i, output) in node.Outputs.Index().Where(output => output.Item.Length > 0))
            {
                types[output] = i < node.OutputTypes.Count ? node.OutputTypes[i] : type;
            }
        }

        return types;
    }

    /// <summary>The graph with what ONNX Runtime says of nodes that the rules above do not cover.</summary>
    /// <exception cref="KernelException">ONNX Runtime does not open the graph.</exception>
    public static ModelGraph Stated(ModelGraph graph)
    {
        // What no output needs may be anything.
        var needed = graph.Nodes.All(IsKnown) ? graph : DeadCodeElimination.Apply(graph);
        var open = needed.Nodes.Where(node => !IsKnown(node)).ToArray();
        if (open.Length == 0)
        {
            return graph;
        }

        var found = RuntimeInference.Of(needed, [.. open.SelectMany(node => node.Values)]);
        var names = open.Select(node => node.Name).ToHashSet(StringComparer.Ordinal);
        return graph with
        {
            Nodes = [.. graph.Nodes.Select(node => names.Contains(node.Name)
                ? node with { OutputTypes = [.. node.Outputs.Select(output => found.GetValueOrDefault(output)?.Type ?? default)] }
                : node)],
        };
    }

    private static bool IsKnown(GraphNode node) => node.OutputTypes.Count > 0 || IsRuled(node);

    private static bool IsRuled(GraphNode node) => node.Domain.Length == 0
        && (node.OpType is "CastLike" or "Split" or "Upsample" or "QuantizeLinear" or "DequantizeLinear"
            || ((OperatorCatalog.Entries.ContainsKey(node.OpType) || node.OpType == "Dropout")
                && node.Outputs.Skip(1).All(output => output.Length == 0)));
}
