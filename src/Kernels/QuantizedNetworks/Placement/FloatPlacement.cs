namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>
/// Which nodes compute in the float format of their group. In 16 bits: layers, sums and products of activations (of elements and of
/// matrices), poolings, moves of elements, Relu and Clip. Every other node stays in FP32, where ranges and sums are wider than FP16's.
/// </summary>
internal static class FloatPlacement
{
    /// <summary>Formats other than FP32, by node name.</summary>
    /// <param name="settings">One a group.</param>
    public static Dictionary<string, NumberFormat> Of(GroupedGraph graph, IReadOnlyList<GroupDecision> settings) => graph.Groups
        .Where(group => settings[group.Index].Format is { IsInteger: false, IsBaseline: false, IsOfRuntime: false })
        .SelectMany(group => group.Nodes.Select(node => (Node: node, Format: settings[group.Index].Format.Weights)))
        .Where(entry => graph.Roles.Of(entry.Node) is not (NodeRole.Float or NodeRole.Recurrent))
        .ToDictionary(entry => entry.Node.Name, entry => entry.Format, StringComparer.Ordinal);
}
