namespace Cluster.Kernels.Graphs;

/// <summary>
/// A network as data: nodes in topological order, constants by name. Never mutated; a pass returns a new graph.
/// Initializers are not listed among <see cref="Inputs"/>, whatever the file did.
/// </summary>
public sealed record ModelGraph
{
    public required string Name { get; init; }

    /// <summary>Version of the default ONNX operator set.</summary>
    public required int Opset { get; init; }

    public required IReadOnlyList<ValueInfo> Inputs { get; init; }

    public required IReadOnlyList<ValueInfo> Outputs { get; init; }

    public required IReadOnlyList<GraphNode> Nodes { get; init; }

    public required IReadOnlyDictionary<string, TensorData> Initializers { get; init; }

    /// <summary>The batch size that the file fixed, where normalisation made the batch free; null otherwise.</summary>
    public long? FixedBatch { get; init; }
}
