using Cluster.Kernels.Graphs;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Execution;

/// <summary>One node made ready to run.</summary>
/// <param name="Kernel">Computes the output, or the whole-number sums where <paramref name="Integer"/> is set.</param>
/// <param name="Inputs">Activation inputs; with parameters where this reader sees them through a Q/DQ pair of its own.</param>
/// <param name="OutputParameters">Set where the result is quantized for every reader.</param>
/// <param name="Dead">Tensors nobody reads after this node.</param>
internal sealed record NodeStep(
    GraphNode Node,
    NodeKernel Kernel,
    IntegerOutput? Integer,
    IReadOnlyList<(string Tensor, QuantizationParameters? Parameters)> Inputs,
    QuantizationParameters? OutputParameters,
    IReadOnlyList<string> Dead);
