namespace Cluster.Networks.Graphs;

/// <summary>A graph input or output. A dimension that is not fixed (usually the batch) is -1.</summary>
public sealed record ValueInfo(string Name, ElementType Type, IReadOnlyList<long> Shape)
{
    /// <summary>Axes that are free in the file, though <see cref="Shape"/> has a size for them: that of the data.</summary>
    public IReadOnlyList<int> FreeAxes { get; init; } = [];

    /// <summary>
    /// What the file calls its free axes, one name an axis, empty where it has none; empty without any. Axes of one name have one size in a
    /// run: ONNX Runtime plans its memory by them.
    /// </summary>
    public IReadOnlyList<string> AxisNames { get; init; } = [];

    /// <summary>What the file says of it for people and tools; nothing is computed of it.</summary>
    public ValueNotes Notes { get; init; } = ValueNotes.None;

    /// <summary>
    /// What files have at this end of the network where <see cref="Type"/> is float32, as the network is computed in it; null: the same.
    /// </summary>
    public ElementType? FileType { get; init; }

    /// <summary>False if the file states no shape, which is allowed for outputs; <see cref="Shape"/> is then empty.</summary>
    public bool ShapeKnown { get; init; } = true;
}

/// <summary>What a file says of an input or output beside its name, type and shape.</summary>
/// <param name="Text">Its <c>doc_string</c>.</param>
/// <param name="Denotation">What it means, as in "IMAGE".</param>
/// <param name="AxisDenotations">What its axes mean, as in "DATA_BATCH", one an axis; empty without any.</param>
/// <param name="Others">All other fields, such as its metadata, as they are stored.</param>
public sealed record ValueNotes(string Text, string Denotation, IReadOnlyList<string> AxisDenotations, ReadOnlyMemory<byte> Others)
{
    /// <summary>Nothing is said.</summary>
    public static readonly ValueNotes None = new(string.Empty, string.Empty, [], default);
}
