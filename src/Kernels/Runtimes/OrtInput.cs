namespace Cluster.Kernels.Runtimes;

/// <summary>A named input of a run.</summary>
/// <param name="Name">Name of the graph's input.</param>
/// <param name="Tensor">Its value.</param>
public sealed record OrtInput(string Name, OrtTensor Tensor);
