using Cluster.Kernels.Graphs.Groups;
using Cluster.Kernels.Graphs.Inference;
using Cluster.Kernels.Plans.Placement;

namespace Cluster.Kernels.Evaluation.Measurement;

/// <summary>
/// Bit operations, the hardware-free cost of a layer: multiply-accumulates times weight bits times activation bits
/// (HAWQ).
/// </summary>
public static class BitOperations
{
    /// <summary>Bit operations: multiply-accumulates times the bits of both factors.</summary>
    public static double Count(long multiplyAccumulates, int weightBits, int activationBits) =>
        (double)multiplyAccumulates * weightBits * activationBits;

    /// <summary>Bit operations an image of a plan; FP32 counts 32 x 32.</summary>
    /// <param name="settings">One a group, in group order.</param>
    public static double Count(GroupedGraph graph, IReadOnlyList<GroupSetting> settings)
    {
        var products = GraphSummary.Of(graph.Graph)
            .Nodes.ToDictionary(node => node.Name, node => node.MultiplyAccumulates, StringComparer.Ordinal);
        return graph.Groups.Sum(group => Count(
            group.Nodes.Sum(node => products[node.Name]),
            settings[group.Index].Weights.Bits,
            settings[group.Index].Activations.Bits));
    }
}
