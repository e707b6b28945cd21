using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// The quantized numbers of a run: weights and biases that replace the graph's own, and the Q/DQ pairs through which tensors are read.
/// Scales and roundings are constants (<see cref="PlanQuantization"/>) or are being learned.
/// </summary>
internal interface IQuantization
{
    /// <summary>
    /// The weight of a node, in the shape and memory layout of the graph's, or null to use the graph's. The quantization keeps ownership.
    /// </summary>
    Tensor? Weight(GraphNode node) => null;

    /// <summary>The bias (channels) of a node that has a weight, or null to use the graph's. The quantization keeps ownership.</summary>
    Tensor? Bias(GraphNode node) => null;

    /// <summary>The pair through which all readers see a tensor that a node computed, or null if they see it unquantized.</summary>
    IFakeQuantizer? Written(string tensor) => null;

    /// <summary>
    /// The pair through which this reader sees a tensor that others see unquantized, or null if it sees it unquantized too. A tensor has
    /// one such pair: its readers share one view.
    /// </summary>
    IFakeQuantizer? Read(string tensor, GraphNode reader) => null;
}

/// <summary>The Q/DQ pair of one tensor.</summary>
internal interface IFakeQuantizer
{
    /// <summary>DQ(Q(x)), a new tensor that the caller owns.</summary>
    /// <param name="observer">Receives the rounding if the scale is a constant; learned pairs report none.</param>
    Tensor Apply(Tensor exact, IRunObserver? observer);
}
