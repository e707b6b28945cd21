namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>
/// Layers that a file has as operators of ONNX Runtime's own, which quantize in each run what they read and need no pairs: LSTM in 8-bit
/// integers, and products by constant weights in the formats that are for this; and layers whose weights alone are codes.
/// </summary>
public static class RuntimePlacement
{
    /// <summary>Formats by node name.</summary>
    /// <param name="settings">One a group.</param>
    internal static Dictionary<string, GroupFormat> Of(GroupedGraph graph, IReadOnlyList<GroupDecision> settings) => graph.Groups
        .SelectMany(group => group.Nodes
            .Where(node => Takes(graph, node, settings[group.Index].Format))
            .Select(node => (node.Name, settings[group.Index].Format)))
        .ToDictionary(entry => entry.Name, entry => entry.Format, StringComparer.Ordinal);

    /// <summary>Whether such a format makes a difference to a group.</summary>
    public static bool Takes(GroupedGraph graph, LayerGroup group, GroupFormat format) =>
        group.Nodes.Any(node => Takes(graph, node, format));

    private static bool Takes(GroupedGraph graph, GraphNode node, GroupFormat format) => graph.Roles.Of(node) switch
    {
        NodeRole.Recurrent => format.IsInt8 || format == GroupFormat.Dynamic || format == GroupFormat.Int8Weights,
        NodeRole.Weighted when !graph.IsFactor(node) =>
            format == GroupFormat.Int8Weights || (format.IsOfRuntime && node.OpType is "MatMul" or "Gemm"),
        _ => false,
    };
}
