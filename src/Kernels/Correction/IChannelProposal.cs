using Cluster.Kernels.Execution;
using Cluster.Kernels.Plans;

namespace Cluster.Kernels.Correction;

/// <summary>
/// A correction of one layer, derived from its output's channels in FP32 and quantized. Batches may be observed concurrently.
/// </summary>
internal interface IChannelProposal
{
    IRunObserver Float32(int batch);

    IRunObserver Quantized(int batch);

    /// <summary>The network with the layer corrected, after every batch was observed.</summary>
    QuantizedNetwork Apply(QuantizedNetwork network);
}
