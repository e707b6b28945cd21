namespace Cluster.Learning.Reconstruction;

/// <summary>How roundings are learned: one loop with different granularity, inputs and drop probability.</summary>
public enum ReconstructionMethod
{
    /// <summary>Layer by layer, activations in FP32 (Nagel et al., ICML 2020).</summary>
    AdaRound,

    /// <summary>Block by block with FP32 activations, then the activations' scales (Li et al., ICLR 2021).</summary>
    Brecq,

    /// <summary>
    /// Block by block, weights and activation scales together, activations quantized at random (Wei et al., ICLR 2022).
    /// </summary>
    QDrop,
}
