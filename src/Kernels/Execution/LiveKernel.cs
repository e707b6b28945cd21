using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>Runs one node, differentiable in everything it is given; returns a new tensor that the caller owns.</summary>
/// <param name="weight">Of a weighted node; null for others, whose constants are bound.</param>
internal delegate Tensor LiveKernel(ReadOnlySpan<Tensor> inputs, Tensor? weight, Tensor? bias);
