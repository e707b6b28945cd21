using Cluster.Kernels.Metrics;

namespace Cluster.Kernels.LayerErrors;

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
        var compared = new ComparedOutputs(network);
        using var programs = network.Compile(quantized);
        return Batches
            .Select(
                images.Count,
                workers,
                batch => compared.Sums(images, batch, network.RunAll(images, batch), network.RunAll(images, batch, programs.Programs)),
                cancellation)
            .Aggregate(None, (all, batch) => all.With(batch));
    }

    /// <summary>The sums over these samples and later ones of the same network.</summary>
    public OutputSums With(OutputSums later) => Channels.Count + Samples.Count + Whole.Count == 0 ? later : new(
        [.. Channels.Zip(later.Channels, (one, other) => (one.Output, one.Sums + other.Sums))],
        [.. Samples.Zip(later.Samples, (one, other) => (one.Output, one.Sums.With(other.Sums)))],
        [.. Whole.Zip(later.Whole, (one, other) => (one.Output, one.Changed + other.Changed, one.Elements + other.Elements))]);

    /// <summary>The channels that die, by output, axis and index.</summary>
    public IEnumerable<DeadChannel> Dead => Channels.SelectMany(output => DeadChannel.In(output.Output, output.Sums));
}
