using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>The learned numbers, and how each block came to them.</summary>
public sealed record ReconstructionResult(LearnedParameters Parameters, IReadOnlyList<BlockOutcome> Blocks);
