using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Correction;

/// <summary>
/// A correction of one layer from what its output's channels look like in FP32 and quantized. Batches may be observed
/// side by side.
/// </summary>
internal interface IChannelProposal
{
    IRunObserver Float32(int batch);

    IRunObserver Quantized(int batch);

    /// <summary>The network with the layer corrected, once every batch was observed.</summary>
    QuantizedNetwork Apply(QuantizedNetwork network);
}
