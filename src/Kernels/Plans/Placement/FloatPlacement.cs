using Cluster.Kernels.Graphs.Groups;

namespace Cluster.Kernels.Plans.Placement;

/// <summary>
/// Which nodes compute in the float format of their group. In 16 bits: layers, sums and products of activations (of elements and of
/// matrices), poolings, moves of elements, Relu and Clip. In TF32: layers alone, since nothing but products of matrices is computed in it.
/// Every other node stays in FP32, where ranges and sums are wider than FP16's.
/// </summary>
internal static class FloatPlacement
{
    /// <summary>Formats other than FP32, by node name.</summary>
    /// <param name="settings">One a group.</param>
    public static Dictionary<string, ElementFormat> Of(GroupedGraph graph, IReadOnlyList<GroupSetting> settings) => graph.Groups
        .Where(group => !settings[group.Index].Quantize && settings[group.Index].Weights != ElementFormat.Float32)
        .SelectMany(group => group.Nodes
            .Where(node => graph.Roles.Of(node) is var role
                && (settings[group.Index].Weights.IsHalf ? role != NodeRole.Float : role == NodeRole.Weighted))
            .Select(node => (node.Name, settings[group.Index].Weights)))
        .ToDictionary(entry => entry.Name, entry => entry.Weights, StringComparer.Ordinal);
}
