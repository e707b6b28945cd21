namespace Cluster.Export;

/// <summary>
/// Keeps an FP32 layer between two INT8 ones in FP32. ONNX Runtime (WeightBiasQuantization, since 1.21) turns the pattern DQ -> Conv,
/// ConvTranspose or Gemm with float weights -> (Relu | Clip) -> Q into one whose weights have codes of one scale for the whole tensor,
/// against the plan's decision. A LeakyRelu is not in that pattern and is still fused into the float kernel: with alpha 0 it is a Relu,
/// with alpha 1 it changes nothing. In the same way the bias of a layer that computes in float on quantized weights would be rounded.
/// </summary>
internal sealed class FloatBarrier(QuantizedNetwork network)
{
    /// <summary>The activation function to write instead of the node, or null to write the node unchanged.</summary>
    public float? ReplaceBy(GraphNode activation) =>
        activation.OpType == "Relu" && ProducedByExposedLayer(activation) && ReachesQuantize(activation.Output) ? 0 : null;

    /// <summary>Whether a LeakyRelu with alpha 1 has to follow the node.</summary>
    public bool NeedsFollower(GraphNode node) =>
        (node.OpType == "Clip" ? ProducedByExposedLayer(node) : IsExposedLayer(node) && network.Graph.FusedActivation(node.Output) is null)
            && ReachesQuantize(node.Output);

    private bool ProducedByExposedLayer(GraphNode activation) =>
        network.Graph.ProducingNode(activation.Inputs[0]) is { } producer && IsExposedLayer(producer);

    private bool IsExposedLayer(GraphNode node) =>
        (network.Graph.Roles.Of(node) == NodeRole.Weighted || node.OpType == "ConvTranspose")
        && !network.Layout.FloatOf(node).IsHalf // Casts stand in between
        && (network.Layout.ComputesInFloat
            || (!network.Layout.HasQuantizedWeights(node) && network.Layout.PointFor(node.Inputs[0], node) is not null));

    // The runtime moves Q backward across poolings, reshapes and any other operator that moves elements, up to the layer.
    private bool ReachesQuantize(string tensor) =>
        network.Layout.Points.ContainsKey(tensor)
        || network.Graph.Consumers(tensor).Any(
            reader => network.Graph.Roles.Of(reader) is NodeRole.ScalePreserving or NodeRole.Activation && ReachesQuantize(reader.Output));
}
