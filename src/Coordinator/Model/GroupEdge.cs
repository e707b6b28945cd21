namespace Cluster.Coordinator.Model;

/// <summary>A tensor that flows between two groups; if their precisions differ it is quantized or dequantized on the way.</summary>
/// <param name="From">Index of the producing group, or -1 for the network's input.</param>
/// <param name="To">Index of the consuming group, or the number of groups for the network's output.</param>
/// <param name="Tensor">The tensor's name.</param>
/// <param name="ElementsPerImage">Its size per image.</param>
public sealed record GroupEdge(int From, int To, string Tensor, long ElementsPerImage);
