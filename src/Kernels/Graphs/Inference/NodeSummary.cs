namespace Cluster.Kernels.Graphs.Inference;

/// <summary>The cost of one node.</summary>
/// <param name="OutputShape">At the batch size of the summary.</param>
/// <param name="Parameters">Elements of the float constants that the node reads; a constant that two nodes read counts for both.</param>
/// <param name="MultiplyAccumulates">Multiply-accumulates of convolutions, matrix products, contractions and recurrent layers, for the
/// whole batch; 0 for others.</param>
public sealed record NodeSummary(string Name, string OpType, IReadOnlyList<long> OutputShape, long Parameters, long MultiplyAccumulates);
