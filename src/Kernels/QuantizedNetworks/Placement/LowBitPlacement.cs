namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>
/// Q/DQ placement of plans with fewer than 8 bits, where the target has no integer kernels and the aim is what W4A4
/// means in the literature (BRECQ, QDrop): the weights and the activation input of every weighted node are quantized,
/// nothing else. Adds, poolings, normalizations that no layer took up and biases are computed in float, and so is the
/// network's output. An input is quantized for all its readers: a shortcut that reads the same tensor reads the quantized one. The pair
/// stands directly before the weighted node, even where only moves of elements lie between it and the tensor whose range
/// it has: ONNX Runtime (1.30) takes DQ -> Gemm for the weights alone for its own MatMulNBits, which rounds activations as
/// it likes.
/// </summary>
public static class LowBitPlacement
{
    /// <summary>The Q/DQ pairs of a plan.</summary>
    /// <param name="settings">One a group. A tensor that several groups read has the most bits that one of them asks for.</param>
    /// <param name="floats">Nodes that stay in float whatever the plan says; null: none.</param>
    internal static QuantizationLayout Place(GroupedGraph graph, IReadOnlyList<GroupDecision> settings, FloatNodes? floats = null)
    {
        floats ??= FloatNodes.None;
        var inputs = new Dictionary<string, string>(StringComparer.Ordinal);
        var governing = new Dictionary<string, int>(StringComparer.Ordinal);
        var weighted = new HashSet<string>(StringComparer.Ordinal);
        foreach (var group in graph.Groups.Where(group => settings[group.Index].Format.IsInteger))
        {
            foreach (var node in group.Nodes.Where(node =>
                graph.Roles.Of(node) == NodeRole.Weighted && !graph.IsFactor(node) && !floats.Contains(node)))
            {
                weighted.Add(node.Name);
                string origin = Origin(graph, node.Inputs[0]);
                inputs[node.Inputs[0]] = origin;
                if (!governing.TryGetValue(origin, out int known)
                    || settings[known].Format.Activations.Bits < settings[group.Index].Format.Activations.Bits)
                {
                    governing[origin] = group.Index;
                }
            }
        }

        var points = inputs.ToDictionary(
            pair => pair.Key,
            pair => new QuantizationPoint(
                pair.Key, pair.Value, IsMadeQuantized(graph, settings, pair.Key), governing[pair.Value]),
            StringComparer.Ordinal);
        return new QuantizationLayout(points, weighted, weighted, computesInFloat: true);
    }

    /// <summary>The source of a tensor before any moves of elements, which do not change its range.</summary>
    internal static string Origin(GroupedGraph graph, string tensor)
    {
        while (graph.ProducingNode(tensor) is { } move && graph.Roles.Of(move) == NodeRole.ScalePreserving)
        {
            tensor = graph.Roles.Activations(move).First();
        }

        return tensor;
    }

    // As with 8 bits: a tensor of an FP32 group stays float for its FP32 readers.
    private static bool IsMadeQuantized(GroupedGraph graph, IReadOnlyList<GroupDecision> settings, string tensor) =>
        graph.ProducerGroup(tensor) is >= 0 and var producer && settings[producer].Format.IsInteger && !graph.IsOutput(tensor);
}
