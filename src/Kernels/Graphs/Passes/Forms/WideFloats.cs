using Cluster.Kernels.Graphs.Inference;

namespace Cluster.Kernels.Graphs.Passes.Forms;

/// <summary>
/// Computes in float32 what the file computes in 16-bit floats: its constants become float32, which loses nothing, and its Casts to 16 bits
/// Casts to float32, which round nothing.
/// </summary>
internal static class WideFloats
{
    public static ModelGraph Apply(ModelGraph graph)
    {
        ElementType[] narrow =
        [
            .. graph.Nodes.Where(node => node.OpType == "Cast").Select(node => (ElementType)node.GetInt("to", 0))
                .Concat(graph.Initializers.Values.Select(constant => constant.Type)).Where(IsNarrow).Distinct(),
        ];
        return narrow.Length == 0
            ? graph
            : ElementTypes.Stated(graph with
            {
                Widened = narrow[0],
                Nodes = [.. graph.Nodes.Select(Widened).Select(node => node with { OutputTypes = [] })],
                Initializers = graph.Initializers.ToDictionary(pair => pair.Key, pair => pair.Value.Widened(), StringComparer.Ordinal),
            });
    }

    private static bool IsNarrow(ElementType type) => type is ElementType.Float16 or ElementType.BFloat16;

    private static GraphNode Widened(GraphNode node) => node.OpType switch
    {
        "Cast" when IsNarrow((ElementType)node.GetInt("to", 0)) => node.With("to", AttributeValue.Of((long)ElementType.Float)),
        "ConstantOfShape" when node.Attributes.GetValueOrDefault("value")?.Tensor is { } value =>
            node.With("value", AttributeValue.Of(value.Widened())),
        _ => node,
    };
}
