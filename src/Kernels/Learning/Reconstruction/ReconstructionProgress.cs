namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>The progress of a reconstruction.</summary>
/// <param name="Block">The block's name: its weighted nodes.</param>
/// <param name="Index">The block's index, from 0, of <paramref name="Count"/> blocks (BRECQ counts each of its phases).</param>
/// <param name="Iteration">Iterations done in this block.</param>
/// <param name="IterationsPerSecond">Rate over all blocks of this call; 0 before the first.</param>
/// <param name="Remaining">Estimate from that rate; null while there is none.</param>
public sealed record ReconstructionProgress(
    string Block, int Index, int Count, int Iteration, double IterationsPerSecond, TimeSpan? Remaining);
