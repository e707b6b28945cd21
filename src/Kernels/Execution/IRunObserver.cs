using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Sees the tensors of a run. What it is handed stays the run's; what <see cref="Quantized"/> returns becomes the
/// run's.
/// </summary>
internal interface IRunObserver
{
    /// <summary>
    /// The node's output in real numbers, before an activation function that follows and before quantization.
    /// </summary>
    void Computed(GraphNode node, Tensor value);

    /// <summary>A tensor is about to be seen through its Q/DQ pair.</summary>
    /// <param name="steps">x / scale, before rounding and without the zero point.</param>
    /// <returns>What the readers see instead of DQ(Q(x)), or null for that.</returns>
    Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters);
}
