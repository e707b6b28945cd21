namespace Cluster.Kernels.Graphs;

/// <summary>A graph input or output. A dimension that is not fixed (usually the batch) is -1.</summary>
public sealed record ValueInfo(string Name, ElementType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Axes that are free in the file, though <see cref="Shape"/> has a size for them: that of the data.</summary>
    public IReadOnlyList<int> FreeAxes { get; init; } = [];

    /// <summary>What the file calls its free axes, one name an axis, empty where it has none; empty without any.</summary>
    public IReadOnlyList<string> AxisNames { get; init; } = [];

    /// <summary>
    /// What files have at this end of the network where <see cref="Type"/> is float32, as the network is computed in it; null: the same.
    /// </summary>
    public ElementType? FileType { get; init; }

    /// <summary>False if the file states no shape, which is allowed for outputs; <see cref="Shape"/> is then empty.</summary>
    public bool ShapeKnown { get; init; } = true;
}
