namespace Cluster.Kernels.QuantizedNetworks.Placement;

/// <summary>The positions of a plan's Q/DQ pairs, for one target.</summary>
public sealed class QuantizationLayout
{
    private readonly HashSet<string> _quantizedReaders;
    private readonly HashSet<string> _weighted;

    internal QuantizationLayout(
        IReadOnlyDictionary<string, QuantizationPoint> points,
        HashSet<string> quantizedReaders,
        HashSet<string> weighted,
        bool computesInFloat = false)
    {
        ComputesInFloat = computesInFloat;
        Points = points;
        _quantizedReaders = quantizedReaders;
        _weighted = weighted;
    }

    /// <summary>
    /// Whether quantized layers multiply dequantized numbers and add an FP32 bias, as below 8 bits, where there is no integer kernel; else
    /// they add up whole numbers and an int32 bias.
    /// </summary>
    public bool ComputesInFloat { get; }

    /// <summary>Whether it is TensorRT's, which only its own exporter writes.</summary>
    public bool IsForTensorRt { get; internal init; }

    /// <summary>Formats of the nodes that compute in another float than FP32, by name.</summary>
    public IReadOnlyDictionary<string, NumberFormat> Floats { get; private init; } = new Dictionary<string, NumberFormat>(
        StringComparer.Ordinal);

    /// <summary>The float format that the node computes in; a node in integers has FP32.</summary>
    public NumberFormat FloatOf(GraphNode node) => Floats.GetValueOrDefault(node.Name, NumberFormat.Float32);

    /// <summary>The same pairs, beside nodes in other float formats and in operators of ONNX Runtime's own.</summary>
    internal QuantizationLayout With(
        IReadOnlyDictionary<string, NumberFormat> floats, IReadOnlyDictionary<string, GroupFormat>? runtimeNodes = null) =>
        Copy(Points, floats, runtimeNodes ?? RuntimeNodes);

    /// <summary>The same pairs, of which some have one scale with others.</summary>
    /// <param name="scales">By <see cref="QuantizationPoint.RangeOf"/>, what stands for the scale.</param>
    internal QuantizationLayout Joined(IReadOnlyDictionary<string, string> scales) => scales.Count == 0
        ? this
        : Copy(
            Points.ToDictionary(
                point => point.Key,
                point => point.Value with { ScaleOf = scales.GetValueOrDefault(point.Value.RangeOf, point.Value.ScaleOf) },
                StringComparer.Ordinal),
            Floats,
            RuntimeNodes);

    /// <summary>
    /// Formats of the layers that ONNX Runtime computes by operators of its own, by name (<see cref="QuantizedNetwork.RuntimeNode"/>).
    /// </summary>
    public IReadOnlyDictionary<string, GroupFormat> RuntimeNodes { get; private init; } = new Dictionary<string, GroupFormat>(
        StringComparer.Ordinal);

    /// <summary>At most one point per tensor, in no particular order; look-ups go by tensor.</summary>
    public IReadOnlyDictionary<string, QuantizationPoint> Points { get; }

    /// <summary>Whether the node's weights are stored as codes.</summary>
    public bool HasQuantizedWeights(GraphNode node) => _weighted.Contains(node.Name);

    /// <summary>The Q/DQ pair that quantizes the tensor for every reader, if there is one.</summary>
    public QuantizationPoint? ProducerPoint(string tensor) => Points.TryGetValue(tensor, out var point) && point.AtProducer ? point : null;

    /// <summary>The Q/DQ pair through which <paramref name="reader"/> sees <paramref name="tensor"/>, if any.</summary>
    public QuantizationPoint? PointFor(string tensor, GraphNode reader) =>
        Points.TryGetValue(tensor, out var point) && (point.AtProducer || _quantizedReaders.Contains(reader.Name)) ? point : null;

    private QuantizationLayout Copy(
        IReadOnlyDictionary<string, QuantizationPoint> points,
        IReadOnlyDictionary<string, NumberFormat> floats,
        IReadOnlyDictionary<string, GroupFormat> runtimeNodes) => new(points, _quantizedReaders, _weighted, ComputesInFloat)
        {
            Floats = floats,
            RuntimeNodes = runtimeNodes,
            IsForTensorRt = IsForTensorRt,
        };
}
