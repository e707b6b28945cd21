using Cluster.Kernels.Metrics;

namespace Cluster.Kernels.LayerErrors;

/// <summary>
/// A channel of a network's outputs that holds something in FP32 and loses it in a quantized network: scores of 0 to 1 that share a scale
/// with boxes of 0 to 500 leave no trace in an SQNR over both.
/// </summary>
/// <param name="Axis">The output's axis along which the channels lie.</param>
/// <param name="Decibels">Signal to noise that it keeps, dB.</param>
public sealed record DeadChannel(string Output, int Axis, int Channel, double Decibels)
{
    private const double LeastDecibels = 5;

    // Rounding adds power to a channel, dying takes it away: a channel that is only noisy is judged by the metric.
    private const double LeastPower = 0.5;

    /// <summary>Those of an output along an axis, by index.</summary>
    internal static IEnumerable<DeadChannel> In(string output, ChannelSums sums) => Enumerable.Range(0, sums.Count)
        .Where(channel => sums.Signal(channel) > 0
            && sums.Decibels(channel) < LeastDecibels
            && sums.Kept(channel) < LeastPower * sums.Signal(channel))
        .Select(channel => new DeadChannel(output, sums.Axis, channel, sums.Decibels(channel)));
}
