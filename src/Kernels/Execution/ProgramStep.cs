using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>One node made ready to run.</summary>
/// <param name="Kernel">
/// Computes the output, or whole numbers where <paramref name="Integer"/> is set; leaves its inputs as they
/// are.
/// </param>
/// <param name="InPlace">Overwrites its input; set for an activation function that is the only reader of its producer's output.</param>
/// <param name="Weight">The graph's own weight, for a run whose quantization has none; null for nodes without weights.</param>
/// <param name="Inputs">Activation inputs.</param>
/// <param name="Dead">Tensors that are not read after this node.</param>
internal sealed record ProgramStep(
    GraphNode Node,
    NodeKernel Kernel,
    NodeKernel? InPlace,
    Tensor? Weight,
    Tensor? Bias,
    IIntegerOutput? Integer,
    IReadOnlyList<string> Inputs,
    IReadOnlyList<string> Dead)
{
    /// <summary>Nodes up to this one that ONNX Runtime executes, instead of the kernel; null: the kernel computes the node.</summary>
    public ExecutedRegion? Region { get; init; }
}
