namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>Nodes that are run together and, if they have weights, reconstructed together.</summary>
/// <param name="Nodes">In execution order.</param>
/// <param name="Weighted">The nodes with constant weights; empty if the block only moves or joins activations.</param>
internal sealed record ReconstructionBlock(IReadOnlyList<GraphNode> Nodes, IReadOnlyList<GraphNode> Weighted)
{
    public string Name => string.Join('+', (Weighted.Count > 0 ? Weighted : Nodes).Select(node => node.Name));
}
