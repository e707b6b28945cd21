namespace Cluster.Kernels.Graphs.Inference;

/// <summary>What one node costs.</summary>
/// <param name="OutputShape">For the batch of the summary.</param>
/// <param name="Parameters">Elements of the float constants that the node reads; one that two nodes read counts for
/// both.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of convolutions, matrix products, contractions and recurrent layers, for the
/// whole batch; 0 for others.</param>
public sealed record NodeSummary(string Name, string OpType, IReadOnlyList<long> OutputShape, long Parameters, long MultiplyAccumulates);
