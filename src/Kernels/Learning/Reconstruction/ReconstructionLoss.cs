namespace Cluster.Kernels.Learning.Reconstruction;

/// <summary>The loss for a block's output.</summary>
public enum ReconstructionLoss
{
    /// <summary>Squared error, summed over channels, mean over images and positions.</summary>
    MeanSquare,

    /// <summary>
    /// The same with weights (|g| + 1)^2, g the gradient of KL(FP32 || quantized up to this block) with respect to the
    /// output (BRECQ's diagonal).
    /// </summary>
    Fisher,
}
