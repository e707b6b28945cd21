namespace Cluster.Networks.Graphs.Groups;

/// <summary>
/// The nodes that one decision governs: a weighted node with its activation, residual Add and pooling chain, a Concat with its chain, or
/// the products of an attention with the nodes between them.
/// </summary>
/// <param name="Index">Position in the order in which groups execute.</param>
/// <param name="Name">The weighted node's name, or the first node's if none has weights. Unique.</param>
/// <param name="Nodes">In topological order.</param>
/// <param name="CanQuantize">False if no node of the group has an integer kernel: the group then stays in FP32, even if the plan quantizes
/// it.</param>
/// <param name="HasWeights">Whether one of the nodes is a convolution or a product with constant weights.</param>
public sealed record LayerGroup(int Index, string Name, IReadOnlyList<GraphNode> Nodes, bool CanQuantize, bool HasWeights)
{
    /// <summary>Whether it is an LSTM with what follows: its integer kernel is ONNX Runtime's on processors.</summary>
    public bool IsRecurrent { get; init; }
}
