namespace Cluster.Kernels.Learning.Reconstruction.Blocks;

/// <summary>One block in one phase, with everything its loop reads.</summary>
/// <param name="Index">Index of the block, for its seeds.</param>
/// <param name="Inputs">By the segment's inputs: from the quantized prefix, and in FP32 (the same if the phase has exact inputs).</param>
/// <param name="Targets">By the segment's outputs, in FP32.</param>
/// <param name="Trained">Images to learn from; the remaining ones are held out.</param>
internal sealed record BlockJob(
    int Index,
    ReconstructionBlock Block,
    NetworkProgram Segment,
    ReconstructionPhase Phase,
    IReadOnlyList<(TensorCache Quantized, TensorCache Exact)> Inputs,
    IReadOnlyList<TensorCache> Targets,
    int Trained);
