using static TorchSharp.torch;

namespace Cluster.Kernels.Execution;

/// <summary>Runs one node on its activation inputs (constants are bound); returns a new tensor that the caller owns.</summary>
internal delegate Tensor NodeKernel(ReadOnlySpan<Tensor> inputs);
