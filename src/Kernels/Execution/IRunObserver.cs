using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>Sees the tensors of a run. What it is handed stays the run's; what <see cref="Quantized"/> returns becomes the run's.</summary>
internal interface IRunObserver
{
    /// <summary>The node's output, before an activation function that follows and before quantization.</summary>
    void Computed(GraphNode node, Tensor value);

    /// <summary>A tensor is about to be seen through its Q/DQ pair: the result replaces it for the readers. Null: quantize as usual.</summary>
    Tensor? Quantized(string tensor, Tensor value, QuantizationParameters parameters);
}
