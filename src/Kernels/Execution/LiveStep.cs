using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Execution;

/// <summary>One node of a segment.</summary>
/// <param name="Kernel">Never overwrites its inputs.</param>
/// <param name="InPlace">Overwrites its input; set for an activation function that is the only reader of what its producer just computed.</param>
/// <param name="Inputs">Activation inputs.</param>
/// <param name="Dead">Tensors that nobody in the segment reads after this node and that do not leave it.</param>
internal sealed record LiveStep(GraphNode Node, bool IsWeighted, LiveKernel Kernel, LiveKernel? InPlace, IReadOnlyList<string> Inputs, IReadOnlyList<string> Dead);
