using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// Observes the tensors of a run. Tensors passed in remain the run's; a tensor that <see cref="Quantized"/> returns becomes the run's.
/// </summary>
internal interface IRunObserver
{
    /// <summary>The node's output in real numbers, before quantization and before any activation function that follows.</summary>
    void Computed(GraphNode node, Tensor value)
    {
    }

    /// <summary>A tensor is about to be read through its Q/DQ pair.</summary>
    /// <param name="steps">x / scale, before rounding and without the zero point.</param>
    /// <returns>What the readers see instead of DQ(Q(x)); null to keep that.</returns>
    Tensor? Quantized(string tensor, Tensor steps, QuantizationParameters parameters) => null;
}

/// <summary>Shows each node's output in real numbers.</summary>
internal sealed class Onlooker(Action<GraphNode, Tensor> see) : IRunObserver
{
    public void Computed(GraphNode node, Tensor value) => see(node, value);
}
