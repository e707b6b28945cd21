namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>
/// Q/DQ placement for TensorRT's explicit quantization, as NVIDIA's guide to working with quantized networks recommends: all inputs of
/// layers with weights are quantized, their outputs are not; and those of average poolings whose output is quantized for its readers, since
/// a pooling between pairs has an integer kernel. In a residual sum, the branch that does not come straight from a layer is
/// quantized, so that the sum is fused into that layer. Other fusions are not simulated.
/// </summary>
public static class TensorRtPlacement
{
    /// <summary>The Q/DQ pairs of a choice of groups; every pair stands before its readers, scales are symmetric.</summary>
    /// <param name="quantized">One flag a group.</param>
    /// <param name="floats">Nodes that stay in float whatever the plan says; null: none.</param>
    internal static QuantizationLayout Place(GroupedGraph graph, IReadOnlyList<bool> quantized, FloatNodes? floats = null)
    {
        floats ??= FloatNodes.None;
        var points = new Dictionary<string, QuantizationPoint>(StringComparer.Ordinal);
        var readers = new HashSet<string>(StringComparer.Ordinal);
        var weighted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var node in graph.Nodes.Where(node => !floats.Contains(node)))
        {
            if (graph.Roles.Of(node) == NodeRole.Weighted && !graph.IsFactor(node) && quantized[graph.GroupOf(node)])
            {
                weighted.Add(node.Name);
                Read(node, node.Inputs[0], graph.GroupOf(node));
            }
            else if (FusedBranch(graph, node, weighted) is { } main)
            {
                Read(node, node.Inputs[0] == main ? node.Inputs[1] : node.Inputs[0], graph.ProducerGroup(main));
            }
        }

        // Backwards, as poolings may follow one another.
        foreach (var node in graph.Nodes.Reverse().Where(node => node.OpType is "AveragePool" or "GlobalAveragePool"
            && graph.Roles.Of(node) == NodeRole.Requantizing && quantized[graph.GroupOf(node)] && !floats.Contains(node)
            && IsRounded(node.Output)))
        {
            Read(node, node.Inputs[0], graph.GroupOf(node));
        }

        return new QuantizationLayout(points, readers, weighted, computesInFloat: true) { IsForTensorRt = true };

        // Whether a pair follows for every reader, as TensorRT moves a Q backward across moves, joins and activation functions.
        bool IsRounded(string tensor) => !graph.IsOutput(tensor) && graph.Consumers(tensor) is { Count: > 0 } next && next.All(reader =>
            (points.ContainsKey(tensor) && readers.Contains(reader.Name))
            || ((reader.OpType == "Concat" || graph.Roles.Of(reader) is NodeRole.ScalePreserving or NodeRole.Activation)
                && IsRounded(reader.Output)));

        void Read(GraphNode node, string tensor, int group)
        {
            readers.Add(node.Name);
            points.TryAdd(tensor, new QuantizationPoint(tensor, tensor, AtProducer: false, group));
        }
    }

    // The layer that a sum is fused into: a quantized layer with no other reader; of two such layers the later one.
    private static string? FusedBranch(GroupedGraph graph, GraphNode node, HashSet<string> weighted) =>
        node.OpType == "Add" && graph.Roles.Of(node) == NodeRole.Requantizing && node.Inputs[0] != node.Inputs[1]
            ? node.Inputs
                .Where(input => graph.Consumers(input).Count == 1
                    && graph.ProducingNode(input) is { } producer
                    && weighted.Contains(producer.Name))
                .MaxBy(graph.ProducerGroup)
            : null;
}
