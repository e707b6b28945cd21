using Cluster.Kernels.Calibration;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Execution.Integers;

/// <summary>A sum that the kernel of the layer before it computes, as in a residual block: Add, and the Relu or Clip behind it.</summary>
/// <param name="Node">The Add.</param>
/// <param name="Activation">Relu or Clip that the kernel computes too; null: none.</param>
/// <param name="Addend">The tensor that is added to the layer's output.</param>
/// <param name="Bounds">What the activation function leaves.</param>
/// <param name="Pair">The pair that every reader sees the result through; null: real numbers.</param>
internal sealed record AbsorbedSum(
    GraphNode Node, GraphNode? Activation, string Addend, ActivationBounds Bounds, QuantizationParameters? Pair)
{
    /// <summary>The tensor that the sum is known by to its readers.</summary>
    public string Output => (Activation ?? Node).Output;
}
