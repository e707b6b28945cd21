namespace Cluster.Evaluation.Setup;

/// <summary>
/// How arrays are usually scaled for a network, which takes them as they are: what was forgotten when they were written shows if the
/// network is right on them scaled so.
/// </summary>
internal sealed class UsualScales
{
    private const double White = 255;

    // Beyond it, values are pixels of 0 to 255 rather than of 0 to 1.
    private const double MostOfUnit = 2;

    private readonly int _channels;
    private readonly int _inner;
    private readonly double _unit;
    private readonly double[] _mean;
    private readonly double[] _deviation;

    private UsualScales(ImageBatches arrays, long[] shape)
    {
        _channels = (int)shape[1];
        _inner = (int)shape.Skip(2).Aggregate(1L, (product, size) => product * size);
        var (sums, squares) = (new double[_channels], new double[_channels]);
        double largest = 0;
        for (int batch = 0; batch < arrays.Count; batch++)
        {
            var values = arrays.Inputs(batch)[0].As<float>();
            for (int i = 0; i < values.Length; i++)
            {
                double value = values[i];
                sums[Channel(i)] += value;
                squares[Channel(i)] += value * value;
                largest = Math.Max(largest, Math.Abs(value));
            }
        }

        double count = (double)arrays.Images.Count * _inner;
        _unit = largest > MostOfUnit ? White : 1;
        _mean = [.. sums.Select(sum => sum / count)];
        _deviation = [.. squares.Select((square, channel) => Math.Sqrt(Math.Max(0, (square / count) - (_mean[channel] * _mean[channel]))))];
    }

    /// <summary>What to try; nothing if the first input holds no floats by channel.</summary>
    public static IEnumerable<Trial> Of(ImageBatches arrays) =>
        Fit(arrays) ? new UsualScales(arrays, arrays.Inputs(0)[0].Shape).All() : [];

    /// <summary>Whether the first input holds floats by channel.</summary>
    public static bool Fit(ImageBatches arrays) => arrays.Inputs(0)[0] is { Type: ElementType.Float, Shape.Length: > 1 };

    private IEnumerable<Trial> All()
    {
        yield return _unit == White
            ? Scaled("values of 0 to 1 (divided by 255)", "divide them by 255", (value, _) => value / White)
            : Scaled("values of 0 to 255 (times 255)", "multiply them by 255", (value, _) => value * White);
        yield return Scaled("values of -1 to 1", "scale them to -1 to 1", (value, _) => (2 * value / _unit) - 1);
        yield return Scaled(
            "each channel less its mean, by its deviation,",
            "subtract each channel's mean and divide by its deviation",
            (value, channel) => (value - _mean[channel]) / (_deviation[channel] > 0 ? _deviation[channel] : 1));
        if (_channels != UsualMistakes.ImageNetMean.Length)
        {
            yield break;
        }

        yield return Scaled(
            "ImageNet's mean and std",
            "subtract ImageNet's mean and divide by its std",
            (value, channel) => ((value / _unit) - UsualMistakes.ImageNetMean[channel]) / UsualMistakes.ImageNetStd[channel]);
        if (_inner > 1)
        {
            yield return new Trial("the channels in the reverse order", "reverse the channels: blue, green, red for red, green, blue")
            {
                Scale = Reversed,
            };
        }
    }

    private Trial Scaled(string what, string mend, Func<double, int, double> scale) =>
        new($"{what} as the network's input", mend) { Scale = Each(scale) };

    private IReadOnlyList<TensorData> Reversed(IReadOnlyList<TensorData> inputs)
    {
        float[] values = inputs[0].As<float>().ToArray();
        foreach (var sample in values.Chunk(_channels * _inner).Select((sample, index) => (Values: sample, Index: index)))
        {
            for (int channel = 0; channel < _channels; channel++)
            {
                sample.Values.AsSpan(channel * _inner, _inner)
                    .CopyTo(values.AsSpan((((sample.Index * _channels) + _channels - 1 - channel) * _inner)));
            }
        }

        return [TensorData.FromFloats(inputs[0].Shape, values), .. inputs.Skip(1)];
    }

    private Func<IReadOnlyList<TensorData>, IReadOnlyList<TensorData>> Each(Func<double, int, double> scale) => inputs =>
    {
        float[] values = inputs[0].As<float>().ToArray();
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)scale(values[i], Channel(i));
        }

        return [TensorData.FromFloats(inputs[0].Shape, values), .. inputs.Skip(1)];
    };

    private int Channel(int index) => index / _inner % _channels;
}
