using Cluster.Kernels.Graphs;
using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>
/// What a differentiable run takes instead of the graph's own numbers, and where it lets activations be replaced. A replacement is
/// a new handle, which then belongs to the run; the handle that was given means "unchanged".
/// </summary>
internal interface INetworkHooks
{
    /// <summary>The weight of a weighted node, in the shape and layout of the graph's, or null for the graph's own. It stays the caller's.</summary>
    Tensor? Weight(GraphNode node) => null;

    /// <summary>The bias (channels) of a weighted node, or null for the graph's own. It stays the caller's.</summary>
    Tensor? Bias(GraphNode node) => null;

    /// <summary>
    /// A tensor was computed, or is the network's input: what every reader sees of it. One that is left unchanged may be overwritten
    /// by the activation function that follows: clone it to keep it.
    /// </summary>
    Tensor Activation(string tensor, Tensor value) => value;

    /// <summary>What one reader sees of a tensor, after <see cref="Activation"/>.</summary>
    Tensor Read(string tensor, GraphNode reader, Tensor value) => value;
}
