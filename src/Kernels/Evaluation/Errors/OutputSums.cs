using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Kernels.Evaluation.Errors;

/// <summary>What a quantized network keeps of FP32's outputs: by channel, by sample, and of whole numbers by element.</summary>
/// <param name="Channels">Each float output's, along each axis that holds channels.</param>
/// <param name="Samples">Each float output's samples.</param>
/// <param name="Whole">Of each output of whole numbers, the elements that differ and all of them.</param>
public sealed record OutputSums(
    IReadOnlyList<(string Output, ChannelSums Sums)> Channels,
    IReadOnlyList<(string Output, SampleSums Sums)> Samples,
    IReadOnlyList<(string Output, long Changed, long Elements)> Whole)
{
    /// <summary>Of no sample yet.</summary>
    public static readonly OutputSums None = new([], [], []);

    /// <summary>Runs a quantized network beside FP32; the same for any number of workers.</summary>
    /// <param name="images">A few are enough; labels are ignored.</param>
    public static OutputSums Of(
        FloatNetwork network, QuantizedNetwork quantized, ImageBatches images, int workers, CancellationToken cancellation)
    {
        var outputs = network.Graph.Outputs.ToDictionary(output => output.Name, StringComparer.Ordinal);
        var names = network.Graph.Inputs.SelectMany(input => input.AxisNames.Skip(1)).Where(name => name.Length > 0)
            .ToHashSet(StringComparer.Ordinal);
        var ordered = OrderedRows.In(network.Graph.Graph);
        var padding = PaddingMask.Of(network.Graph.Inputs);
        using var programs = network.Compile(quantized);
        return Batches.Select(images.Count, workers, Compare, cancellation).Aggregate(None, (all, batch) => all.With(batch));

        OutputSums Compare(int batch)
        {
            // Rows whose number or order depends on the inputs change places.
            var pairs = network.RunAll(images, batch).Zip(network.RunAll(images, batch, programs.Programs))
                .Where(pair => !network.Counted.ContainsKey(pair.First.Name) && !ordered.Contains(pair.First.Name))
                .ToArray();
            if (padding is not null)
            {
                var inputs = images.Inputs(batch);
                foreach (var (first, second) in pairs)
                {
                    padding.Clear(inputs, first.Shape, first.Values);
                    padding.Clear(inputs, second.Shape, second.Values);
                }
            }

            var floats = pairs.Where(pair => network.Graph.Roles.TypeOf(pair.First.Name).IsFloat()).ToArray();
            return new(
                [
                    .. floats.SelectMany(pair =>
                    {
                        var (name, shape, values) = pair.First;
                        return ChannelSums.Of(values, pair.Second.Values, shape, Positions(outputs[name], shape, names))
                            .Select(sums => (name, sums));
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
    }

    /// <summary>The sums over these samples and later ones of the same network.</summary>
    public OutputSums With(OutputSums later) => Channels.Count + Samples.Count + Whole.Count == 0 ? later : new(
        [.. Channels.Zip(later.Channels, (one, other) => (one.Output, one.Sums + other.Sums))],
        [.. Samples.Zip(later.Samples, (one, other) => (one.Output, one.Sums.With(other.Sums)))],
        [.. Whole.Zip(later.Whole, (one, other) => (one.Output, one.Changed + other.Changed, one.Elements + other.Elements))]);

    /// <summary>The channels that die, by output, axis and index.</summary>
    public IEnumerable<DeadChannel> Dead => Channels.SelectMany(output => DeadChannel.In(output.Output, output.Sums));

    // Axes that a file leaves free are time steps, tokens or pixels, of which each sample may have another number: they are no channels.
    private static IReadOnlyList<int> Positions(ValueInfo output, long[] shape, HashSet<string> names)
    {
        int added = shape.Length - output.Shape.Count; // an axis of samples before all others
        return
        [
            .. Enumerable.Range(0, output.Shape.Count)
                .Where(axis => output.FreeAxes.Contains(axis) || names.Contains(output.AxisNames.ElementAtOrDefault(axis) ?? string.Empty))
                .Select(axis => axis + added),
        ];
    }
}
