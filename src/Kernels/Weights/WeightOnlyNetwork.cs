using Cluster.Kernels.Graphs;

namespace Cluster.Kernels.Weights;

/// <summary>A network with quantized weights.</summary>
/// <param name="Graph">The graph to write; it contains ONNX Runtime's own operators.</param>
/// <param name="Products">In execution order.</param>
public sealed record WeightOnlyNetwork(ModelGraph Graph, IReadOnlyList<QuantizedProduct> Products);
