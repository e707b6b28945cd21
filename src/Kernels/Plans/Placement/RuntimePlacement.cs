using Cluster.Kernels.Graphs.Groups;
using Cluster.Plans;

namespace Cluster.Kernels.Plans.Placement;

/// <summary>
/// Layers that a file has as operators of ONNX Runtime's own, which quantize in each run what they read and need no pairs: LSTM in 8-bit
/// integers.
/// </summary>
internal static class RuntimePlacement
{
    /// <summary>Formats by node name.</summary>
    /// <param name="settings">One a group.</param>
    public static Dictionary<string, GroupFormat> Of(GroupedGraph graph, IReadOnlyList<GroupDecision> settings) => graph.Groups
        .Where(group => settings[group.Index].Format.IsInt8)
        .SelectMany(group => group.Nodes
            .Where(node => graph.Roles.Of(node) == NodeRole.Recurrent)
            .Select(node => (node.Name, settings[group.Index].Format)))
        .ToDictionary(entry => entry.Name, entry => entry.Format, StringComparer.Ordinal);
}
