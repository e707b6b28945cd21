namespace Cluster.Kernels.Quantization.DynamicQuantization;

/// <summary>
/// A layer as an operator of ONNX Runtime's own that quantizes in each run what the layer reads, or behind others that turn codes into its
/// weights. A file holds these nodes in place of the layer, and a simulation has ONNX Runtime execute the very same, so the two are equal
/// by construction; no gradient flows through them.
/// </summary>
/// <param name="Node">Has the layer's name, and reads and writes the same tensors.</param>
/// <param name="Constants">Its own, by name; it may read others of the network.</param>
internal sealed record RuntimeNode(GraphNode Node, IReadOnlyDictionary<string, TensorData> Constants)
{
    /// <summary>Nodes that read its own constants and whose results it reads.</summary>
    public IReadOnlyList<GraphNode> Before { get; init; } = [];
}
