namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>The learned numbers, and the outcome of each block.</summary>
public sealed record ReconstructionResult(LearnedParameters Parameters, IReadOnlyList<BlockOutcome> Blocks);
