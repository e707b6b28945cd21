namespace Cluster.Kernels.Metrics;

/// <summary>
/// Signal and noise of each channel of an output, added up over samples. A part of an output can lose all that it holds while the sum over
/// the whole hides it: scores of 0 to 1 beside boxes of 0 to 500.
/// </summary>
public sealed class ChannelSums
{
    // Below this share of the whole power a channel is rounding.
    private const double LeastShare = 1e-9;

    private readonly double[] _signal;
    private readonly double[] _noise;
    private readonly double[] _kept;

    private ChannelSums(int axis, long size)
    {
        Axis = axis;
        (_signal, _noise, _kept) = (new double[size], new double[size], new double[size]);
    }

    /// <summary>The axis along which the channels lie.</summary>
    public int Axis { get; }

    /// <summary>How many there are.</summary>
    public int Count => _signal.Length;

    /// <summary>
    /// The axes that hold channels: the second one, and in an output of rank 3 the last as well, as tokens and boxes hold theirs there.
    /// </summary>
    /// <param name="shape">Samples outermost; without another axis the output is one channel.</param>
    /// <param name="positions">Axes that hold none, as time steps and tokens; null: none is known.</param>
    public static IReadOnlyList<ChannelSums> For(IReadOnlyList<long> shape, IReadOnlyList<int>? positions = null)
    {
        int[] axes = shape.Count switch
        {
            < 2 => [],
            3 => [1, 2],
            _ => [1],
        };
        return axes.Except(positions ?? []).Select(axis => new ChannelSums(axis, shape[axis])).ToArray() is { Length: > 0 } found
            ? found
            : [new(0, 1)];
    }

    /// <summary>The sums of an output along each axis that holds channels.</summary>
    /// <inheritdoc cref="Add"/>
    public static IReadOnlyList<ChannelSums> Of(
        ReadOnlySpan<float> expected, ReadOnlySpan<float> found, IReadOnlyList<long> shape, IReadOnlyList<int>? positions = null)
    {
        var axes = For(shape, positions);
        foreach (var sums in axes)
        {
            sums.Add(expected, found, shape);
        }

        return axes;
    }

    /// <summary>Adds samples. An infinity or NaN that is the same in both is no noise; one that is not is noise without end.</summary>
    /// <param name="expected">Row-major, samples outermost.</param>
    /// <param name="found">The same elements of the other network.</param>
    /// <param name="shape">The shape of both.</param>
    public void Add(ReadOnlySpan<float> expected, ReadOnlySpan<float> found, IReadOnlyList<long> shape)
    {
        int inner = (int)shape.Skip(Axis + 1).Aggregate(1L, (product, size) => product * size);
        if (Count == 1)
        {
            inner = expected.Length;
        }

        for (int from = 0, channel = 0; from < expected.Length; from += inner, channel = (channel + 1) % Count)
        {
            var exact = expected.Slice(from, inner);
            var other = found.Slice(from, inner);
            for (int i = 0; i < inner; i++)
            {
                double value = exact[i];
                double error = exact[i].Equals(other[i]) ? 0 : value - other[i];
                _signal[channel] += double.IsFinite(value) ? value * value : 0;
                _kept[channel] += double.IsFinite(value) ? (double)other[i] * other[i] : 0;
                _noise[channel] += double.IsFinite(error) ? error * error : double.PositiveInfinity;
            }
        }
    }

    /// <summary>The sums over the samples of both, which are of the same output and axis.</summary>
    public static ChannelSums operator +(ChannelSums x, ChannelSums y)
    {
        var both = new ChannelSums(x.Axis, x.Count);
        for (int channel = 0; channel < x.Count; channel++)
        {
            both._signal[channel] = x._signal[channel] + y._signal[channel];
            both._noise[channel] = x._noise[channel] + y._noise[channel];
            both._kept[channel] = x._kept[channel] + y._kept[channel];
        }

        return both;
    }

    /// <summary>The channel with the least signal to noise, dB, of those that hold more than rounding; null if there is none.</summary>
    public (int Channel, double Decibels)? Worst()
    {
        double least = LeastShare * _signal.Sum();
        return Enumerable.Range(0, Count)
            .Where(channel => _signal[channel] > least)
            .Select(channel => ((int, double)?)(channel, Decibels(channel)))
            .MinBy(channel => channel!.Value.Item2);
    }

    /// <summary>The sum of a channel's squares in the first network.</summary>
    public double Signal(int channel) => _signal[channel];

    /// <summary>The sum of a channel's squares in the second network, where the first is finite.</summary>
    public double Kept(int channel) => _kept[channel];

    /// <summary>The sum of a channel's squared differences.</summary>
    public double Noise(int channel) => _noise[channel];

    /// <summary>Signal to noise over all channels, dB; infinite without noise.</summary>
    public double Overall => Ratio(_signal.Sum(), _noise.Sum());

    /// <summary>Signal to noise of a channel, dB; infinite without noise.</summary>
    public double Decibels(int channel) => Ratio(_signal[channel], _noise[channel]);

    private static double Ratio(double signal, double noise) => noise == 0 ? double.PositiveInfinity : 10 * Math.Log10(signal / noise);
}
