using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Weights;

/// <summary>A network with quantized weights.</summary>
/// <param name="Graph">To be written; ONNX Runtime's own operators are in it.</param>
/// <param name="Products">In execution order.</param>
public sealed record WeightOnlyNetwork(ModelGraph Graph, IReadOnlyList<QuantizedProduct> Products);
