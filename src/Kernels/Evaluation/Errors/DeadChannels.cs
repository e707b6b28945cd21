using Cluster.Kernels.Evaluation.Measurement;

namespace Cluster.Kernels.Evaluation.Errors;

/// <summary>
/// Finds the channels of a network's outputs that hold something in FP32 and lose it in a quantized network: scores of 0 to 1 that share a
/// scale with boxes of 0 to 500 leave no trace in an SQNR over both.
/// </summary>
public static class DeadChannels
{
    private const double LeastDecibels = 5;

    // Rounding adds power to a channel, dying takes it away: a channel that is only noisy is judged by the metric.
    private const double LeastPower = 0.5;

    /// <summary>Signal and noise of every float output's channels, by axis; the same for any number of workers.</summary>
    /// <param name="images">A few are enough; labels are ignored.</param>
    public static IReadOnlyList<(string Output, ChannelSums Sums)> Sums(
        FloatNetwork network, QuantizedNetwork quantized, ImageBatches images, int workers, CancellationToken cancellation)
    {
        using var programs = network.Compile(quantized);
        return Batches.Select(images.Count, workers, Compare, cancellation)
            .Aggregate((IReadOnlyList<(string, ChannelSums)>)[], Joined);

        (string Output, ChannelSums Sums)[] Compare(int batch) =>
        [
            // Rows whose number depends on the inputs change places: they are no channels.
            .. network.RunAll(images, batch).Zip(network.RunAll(images, batch, programs.Programs))
                .Where(pair => !network.Counted.ContainsKey(pair.First.Name)).SelectMany(pair =>
                ChannelSums.Of(pair.First.Values, pair.Second.Values, pair.First.Shape).Select(sums => (pair.First.Name, sums))),
        ];
    }

    /// <summary>The sums over the samples of both, which are of the same network.</summary>
    /// <param name="x">Empty: of no sample yet.</param>
    public static IReadOnlyList<(string Output, ChannelSums Sums)> Joined(
        IReadOnlyList<(string Output, ChannelSums Sums)> x, IReadOnlyList<(string Output, ChannelSums Sums)> y) =>
        x.Count == 0 ? y : [.. x.Zip(y, (one, other) => (one.Output, one.Sums + other.Sums))];

    /// <summary>The dead channels, by output, axis and index.</summary>
    public static IEnumerable<DeadChannel> In(IReadOnlyList<(string Output, ChannelSums Sums)> outputs) =>
        outputs.SelectMany(output => Enumerable.Range(0, output.Sums.Count)
            .Where(channel => output.Sums.Signal(channel) > 0
                && output.Sums.Decibels(channel) < LeastDecibels
                && output.Sums.Kept(channel) < LeastPower * output.Sums.Signal(channel))
            .Select(channel => new DeadChannel(output.Output, output.Sums.Axis, channel, output.Sums.Decibels(channel))));
}

/// <summary>A channel that a quantized network loses.</summary>
/// <param name="Axis">The output's axis along which the channels lie.</param>
/// <param name="Decibels">Signal to noise that it keeps, dB.</param>
public sealed record DeadChannel(string Output, int Axis, int Channel, double Decibels);
