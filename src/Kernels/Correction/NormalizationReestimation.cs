using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Correction;

/// <summary>
/// BatchNorm re-estimation after the norm was folded into its layer. A norm with re-estimated statistics of the
/// quantized network gives (y - m_q) sigma / sigma_q + m, m and sigma being what the FP32 network has there; folded,
/// that is a factor sigma / sigma_q on the channel's weight scale and another bias. The codes stay. Group by group in
/// forward order, kept only where the error of what the group hands on falls.
/// </summary>
public static class NormalizationReestimation
{
    /// <summary>
    /// New scales and biases of the layers that kept theirs, and the learned ones that the network had.
    /// </summary>
    /// <param name="network">Resolved plan.</param>
    /// <param name="correct">One flag a group.</param>
    /// <param name="images">Calibration images.</param>
    /// <param name="space">Where tensors of all images lie between two groups.</param>
    public static LearnedParameters Run(
        FloatNetwork float32,
        QuantizedNetwork network,
        IReadOnlyList<bool> correct,
        ImageBatches images,
        SpillSpace space,
        int workers,
        CancellationToken cancellation)
    {
        var corrected = new PrefixCorrection(float32, (node, batches) => new MomentMatch(node, batches), space, workers, cancellation).Run(
            network, correct, images);
        return new LearnedParameters { Weights = corrected.LearnedWeights, Biases = corrected.CorrectedBiases };
    }
}
