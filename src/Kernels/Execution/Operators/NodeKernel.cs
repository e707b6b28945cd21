using static TorchSharp.torch;

namespace Cluster.Kernels.Execution.Operators;

/// <summary>Computes one node; returns a new tensor that the caller owns.</summary>
internal delegate Tensor NodeKernel(NodeInputs inputs);

/// <summary>The inputs of a kernel: activations in the node's order, and the weight and bias of a node that has weights.</summary>
internal readonly ref struct NodeInputs
{
    private readonly ReadOnlySpan<Tensor> _activations;
    private readonly Tensor? _weight;

    public NodeInputs(ReadOnlySpan<Tensor> activations, Tensor? weight = null, Tensor? bias = null)
    {
        _activations = activations;
        _weight = weight;
        Bias = bias;
    }

    /// <summary>The same weight and bias, if any, with other activations.</summary>
    public NodeInputs WithActivations(ReadOnlySpan<Tensor> activations) => new(activations, _weight, Bias);

    public int Length => _activations.Length;

    public Tensor Weight => _weight ?? throw new InvalidOperationException("The kernel of a node with weights was run without them.");

    public Tensor? Bias { get; }

    public Tensor this[int index] => _activations[index];
}
