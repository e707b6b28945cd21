using Cluster.Kernels.Metrics;

namespace Cluster.Kernels.LayerErrors;

/// <summary>Compares what two networks of one graph answer: outputs whose elements have fixed places, without padding.</summary>
internal sealed class ComparedOutputs
{
    private readonly FloatNetwork _network;
    private readonly Dictionary<string, ValueInfo> _outputs;
    private readonly HashSet<string> _freeAxes;
    private readonly IReadOnlySet<string> _ordered;
    private readonly PaddingMask? _padding;

    public ComparedOutputs(FloatNetwork network)
    {
        _network = network;
        _outputs = network.Graph.Outputs.ToDictionary(output => output.Name, StringComparer.Ordinal);
        _freeAxes = network.Graph.Inputs.SelectMany(input => input.AxisNames.Skip(1)).Where(name => name.Length > 0)
            .ToHashSet(StringComparer.Ordinal);
        _ordered = OrderedRows.In(network.Graph.Graph);
        _padding = PaddingMask.Of(network.Graph.Inputs);
    }

    /// <summary>The sums of a batch.</summary>
    /// <param name="exact">Outputs in FP32; what padding holds is cleared in them.</param>
    /// <param name="found">The same outputs of the other network, likewise.</param>
    public OutputSums Sums(
        ImageBatches images,
        int batch,
        IReadOnlyList<(string Name, long[] Shape, float[] Values)> exact,
        IReadOnlyList<(string Name, long[] Shape, float[] Values)> found)
    {
        // Rows whose number or order depends on the inputs change places.
        var pairs = exact.Zip(found)
            .Where(pair => !_network.Counted.ContainsKey(pair.First.Name) && !_ordered.Contains(pair.First.Name))
            .ToArray();
        if (_padding is not null)
        {
            var inputs = images.Inputs(batch);
            foreach (var (first, second) in pairs)
            {
                _padding.Clear(inputs, first.Shape, first.Values);
                _padding.Clear(inputs, second.Shape, second.Values);
            }
        }

        var floats = pairs.Where(pair => _network.Graph.Roles.TypeOf(pair.First.Name).IsFloat()).ToArray();
        return new(
            [
                .. floats.SelectMany(pair =>
                {
                    var (name, shape, values) = pair.First;
                    return ChannelSums.Of(values, pair.Second.Values, shape, Positions(_outputs[name], shape)).Select(sums => (name, sums));
                }),
            ],
            [.. floats.Select(pair => (pair.First.Name, SampleSums.Of(pair.First.Values, pair.Second.Values, images.Size(batch))))],
            [
                .. pairs.Except(floats).Select(pair => (
                    pair.First.Name,
                    pair.First.Values.Zip(pair.Second.Values).LongCount(element => !element.First.Equals(element.Second)),
                    (long)pair.First.Values.Length)),
            ]);
    }

    // Axes that a file leaves free are time steps, tokens or pixels, of which each sample may have another number: they are no channels.
    private IReadOnlyList<int> Positions(ValueInfo output, long[] shape)
    {
        int added = shape.Length - output.Shape.Count; // an axis of samples before all others
        return
        [
            .. Enumerable.Range(0, output.Shape.Count)
                .Where(axis => output.FreeAxes.Contains(axis)
                    || _freeAxes.Contains(output.AxisNames.ElementAtOrDefault(axis) ?? string.Empty))
                .Select(axis => axis + added),
        ];
    }
}
