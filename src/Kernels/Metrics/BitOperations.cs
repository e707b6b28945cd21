namespace Cluster.Kernels.Metrics;

/// <summary>
/// Bit operations, the hardware-free cost of a layer: multiply-accumulates times weight bits times activation bits
/// (HAWQ).
/// </summary>
public static class BitOperations
{
    /// <summary>Bit operations: multiply-accumulates times the bits of both factors.</summary>
    public static double Count(long multiplyAccumulates, int weightBits, int activationBits) =>
        (double)multiplyAccumulates * weightBits * activationBits;

    /// <summary>
    /// Bit operations per image of a plan. FP32 counts 32 x 32, also for what stays in FP32 in a quantized group, such as a Softmax.
    /// </summary>
    /// <param name="settings">One a group, in group order.</param>
    public static double Count(GroupedGraph graph, IReadOnlyList<GroupDecision> settings) => GraphSummary.Of(graph.Graph).Nodes
        .Zip(graph.Graph.Nodes, (summary, node) => (summary.MultiplyAccumulates, Format: Of(graph, node, settings)))
        .Sum(node => Count(node.MultiplyAccumulates, node.Format.Weights.Bits, node.Format.Activations.Bits));

    private static GroupFormat Of(GroupedGraph graph, GraphNode node, IReadOnlyList<GroupDecision> settings) =>
        graph.StaysInFloat(node) ? GroupFormat.Baseline : settings[graph.GroupOf(node)].Format;
}
