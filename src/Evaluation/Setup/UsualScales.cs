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

    /// <summary>What to try: a name for a sentence, and the first input scaled so; nothing if that holds no floats by channel.</summary>
    public static IEnumerable<(string What, Func<IReadOnlyList<TensorData>, IReadOnlyList<TensorData>> Scale)> Of(ImageBatches arrays) =>
        Fit(arrays)
            ? new UsualScales(arrays, arrays.Inputs(0)[0].Shape).All().Select(one => ($"{one.What} as the network's input", one.Scale))
            : [];

    /// <summary>Whether the first input holds floats by channel.</summary>
    public static bool Fit(ImageBatches arrays) => arrays.Inputs(0)[0] is { Type: ElementType.Float, Shape.Length: > 1 };

    private IEnumerable<(string What, Func<IReadOnlyList<TensorData>, IReadOnlyList<TensorData>> Scale)> All()
    {
        yield return _unit == White
            ? ("values of 0 to 1 (divided by 255)", Each((value, _) => value / White))
            : ("values of 0 to 255 (times 255)", Each((value, _) => value * White));
        yield return ("values of -1 to 1", Each((value, _) => (2 * value / _unit) - 1));
        yield return ("each channel less its mean, by its deviation,", Each(
            (value, channel) => (value - _mean[channel]) / (_deviation[channel] > 0 ? _deviation[channel] : 1)));
        if (_channels == UsualMistakes.ImageNetMean.Length)
        {
            yield return ("ImageNet's mean and std", Each((value, channel) =>
                ((value / _unit) - UsualMistakes.ImageNetMean[channel]) / UsualMistakes.ImageNetStd[channel]));
        }
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
