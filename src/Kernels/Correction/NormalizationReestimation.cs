using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Correction;

/// <summary>
/// BatchNorm re-estimation after the norm was folded into its layer. A norm with statistics re-estimated on the quantized network gives (y
/// - m_q) sigma / sigma_q + m, where m and sigma are the FP32 network's. Folded, that is a factor sigma / sigma_q on the channel's weight
/// scale and a new bias. The codes stay. Goes group by group in forward order, and keeps a change only if it lowers the error of what the
/// group hands on.
/// </summary>
public static class NormalizationReestimation
{
    /// <summary>
    /// Returns new scales and biases for the layers whose change was kept, and the network's learned ones for the others.
    /// </summary>
    /// <param name="network">Resolved plan.</param>
    /// <param name="correct">One flag a group.</param>
    /// <param name="images">Calibration images.</param>
    /// <param name="space">Where tensors of all images are stored between two groups.</param>
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
