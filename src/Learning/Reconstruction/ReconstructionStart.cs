namespace Cluster.Learning.Reconstruction;

/// <summary>The start of a reconstruction: the form of each weight and the quantized activations, with calibrated ranges.</summary>
/// <param name="Weights">By the name of the weighted node; weights that are not listed stay in FP32.</param>
/// <param name="Activations">By tensor. Codes and zero points stay fixed, scales may be learned.</param>
public sealed record ReconstructionStart(
    IReadOnlyDictionary<string, WeightForm> Weights,
    IReadOnlyDictionary<string, QuantizationParameters> Activations)
{
    /// <summary>
    /// Tensors of <see cref="Activations"/> that only these nodes see quantized, by name; any other tensor is quantized for every reader.
    /// Their scales stay as calibrated: the block that makes such a tensor hands it on in float, so there is nothing to learn them from.
    /// </summary>
    public IReadOnlyDictionary<string, IReadOnlySet<string>> Readers { get; init; } = new Dictionary<string, IReadOnlySet<string>>(
        StringComparer.Ordinal);

    /// <summary>
    /// Tensors whose scales are not learned: those that have one with others, over several blocks, since blocks are learned one by one; and
    /// pixels, which are their own codes.
    /// </summary>
    public IReadOnlySet<string> Fixed { get; init; } = new HashSet<string>(StringComparer.Ordinal);

    /// <summary>The weights and the ranges of a resolved plan.</summary>
    public static ReconstructionStart Of(QuantizedNetwork network)
    {
        // Moving elements does not change their codes: a moved tensor has the range of its source, under the source's name.
        var activations = network.Layout.Points.Values
            .DistinctBy(point => point.RangeOf)
            .ToDictionary(point => point.RangeOf, network.Parameters, StringComparer.Ordinal);
        var readers = new Dictionary<string, IReadOnlySet<string>>(StringComparer.Ordinal);
        foreach (string tensor in activations.Keys.Where(tensor => network.Layout.ProducerPoint(tensor) is null))
        {
            var all = network.Graph.Consumers(tensor).ToList();
            var quantized = all.Where(reader => SeesQuantized(network.Graph, network.Layout, tensor, reader))
                .Select(reader => reader.Name)
                .ToHashSet(StringComparer.Ordinal);
            if (network.Graph.IsOutput(tensor)
                || quantized.Count < all.Select(reader => reader.Name).Distinct(StringComparer.Ordinal).Count())
            {
                readers[tensor] = quantized;
            }
        }

        return new ReconstructionStart(network.Forms, activations)
        {
            Readers = readers,
            Fixed = network.Layout.Points.Values
                .GroupBy(point => point.ScaleOf, point => point.RangeOf)
                .Select(ranges => ranges.ToHashSet(StringComparer.Ordinal))
                .Where(ranges => ranges.Count > 1)
                .SelectMany(ranges => ranges)
                .Concat(network.Graph.Graph.Pixels is { } pixels ? [pixels.Value] : [])
                .ToHashSet(StringComparer.Ordinal),
        };
    }

    // A node that moves elements hands on what it sees: its input counts as quantized if its output does.
    private static bool SeesQuantized(GroupedGraph graph, QuantizationLayout layout, string tensor, GraphNode reader) =>
        layout.PointFor(tensor, reader) is not null
        || (graph.Roles.Of(reader) == NodeRole.ScalePreserving
            && (layout.Points.ContainsKey(reader.Output)
                || graph.Consumers(reader.Output).Any(next => SeesQuantized(graph, layout, reader.Output, next))));
}
