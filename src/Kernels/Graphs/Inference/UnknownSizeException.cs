namespace Cluster.Kernels.Graphs.Inference;

/// <summary>A size depends on what the network's inputs hold: ONNX Runtime is asked what is known of the shape.</summary>
#pragma warning disable CA1032 // thrown in one place, caught in one
internal sealed class UnknownSizeException() : KernelException("A size depends on what the network's inputs hold.");
#pragma warning restore CA1032
