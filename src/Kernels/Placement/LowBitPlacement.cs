using Cluster.Kernels.Graphs;
using Cluster.Kernels.Groups;
using Cluster.Kernels.Planning;

namespace Cluster.Kernels.Placement;

/// <summary>
/// Q/DQ placement of plans with fewer than 8 bits, where the target has no integer kernels and the aim is what W4A4 means in the literature
/// (BRECQ, QDrop): the weights and the activation input of every weighted node are quantized, nothing else. Adds, poolings and biases are
/// computed in float, and so is the network's output. An input is quantized where it was made, after the activation function and the residual
/// Add: a shortcut that reads the same tensor reads the quantized one.
/// </summary>
public static class LowBitPlacement
{
    /// <summary>The Q/DQ pairs of a plan.</summary>
    /// <param name="settings">One a group. A tensor that several groups read has the most bits that one of them asks for.</param>
    public static QuantizationLayout Place(GroupedGraph graph, IReadOnlyList<GroupSetting> settings)
    {
        var points = new Dictionary<string, QuantizationPoint>(StringComparer.Ordinal);
        var readers = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in graph.Groups.Where(group => settings[group.Index].Quantize))
        {
            foreach (var node in group.Nodes.Where(node => graph.Roles.Of(node) == NodeRole.Weighted))
            {
                readers.Add(node.Name);
                string input = node.Inputs[0];
                if (!points.TryGetValue(input, out var known) || settings[known.Group].ActivationBits < settings[group.Index].ActivationBits)
                {
                    points[input] = new QuantizationPoint(input, input, IsMadeQuantized(graph, settings, input), group.Index);
                }
            }
        }

        return new QuantizationLayout(points, readers, readers, computesInFloat: true);
    }

    // As with 8 bits: a tensor of an FP32 group stays float for its FP32 readers.
    private static bool IsMadeQuantized(GroupedGraph graph, IReadOnlyList<GroupSetting> settings, string tensor) =>
        graph.ProducerGroup(tensor) is >= 0 and var producer && settings[producer].Quantize && !graph.IsOutput(tensor);
}
