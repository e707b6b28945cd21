namespace Cluster.Kernels.Graphs;

/// <summary>A graph input or output. A dimension that is not fixed (the batch, as a rule) is -1.</summary>
public sealed record ValueInfo(string Name, ElementType Type, IReadOnlyList<long> Shape)
{
    /// <summary>
    /// False where the file states no shape at all, which it may for outputs; <see cref="Shape"/> is then empty.
    /// </summary>
    public bool ShapeKnown { get; init; } = true;
}
