namespace Cluster.Kernels.BiasCorrection;

/// <summary>
/// PaddleSlim's bias_correction of weights, after Banner et al., "Post training 4-bit quantization of convolutional networks" (NeurIPS
/// 2019): with w the weights of an output channel and q their rounded values, m = mean(w - q) and k = std(w) / std(q), q becomes k (q + m).
/// Codes stay: k goes into the scale, and k m into the bias, as k m n E[x] for n weights on inputs of mean E[x]. Where a weight has one
/// scale, all channels are one. Matters at few bits.
/// </summary>
public static class WeightMoments
{
    // No factor can restore a channel of which almost nothing is left after rounding.
    private const double LargestFactor = 2;

    /// <summary>The corrected weights of all quantized layers, by node.</summary>
    /// <param name="statistics">Have the mean of each layer's input.</param>
    public static IReadOnlyDictionary<string, CorrectedWeights> Correct(QuantizedNetwork network, CalibrationStatistics statistics) =>
        network.Graph.Nodes.Where(network.Layout.HasQuantizedWeights).ToDictionary(
            node => node.Name,
            node => Correct(
                network.Graph.Graph.Initializers[node.Inputs[1]].As<float>(), network.Weights(node), InputMean(network, node, statistics)),
            StringComparer.Ordinal);

    /// <param name="float32">The network's weight, in its own order.</param>
    /// <param name="rounded">The same, rounded to nearest.</param>
    /// <param name="inputMean">E[x].</param>
    internal static CorrectedWeights Correct(ReadOnlySpan<float> float32, QuantizedWeights rounded, double inputMean)
    {
        var layout = ChannelLayout.Of(float32.Length, rounded.Shape, rounded.IsPerTensor ? null : rounded.Axis);
        float[] steps = WeightQuantizer.Steps(float32, rounded.Shape, rounded.Axis, rounded.Scales);
        float[] codes = Array.ConvertAll(rounded.Codes, code => (float)code);
        float[] scales = [.. rounded.Scales];
        float[] shifts = new float[scales.Length];
        int weights = float32.Length / scales.Length;
        var (before, after) = (0.0, 0.0);
        for (int channel = 0; channel < scales.Length; channel++)
        {
            int own = rounded.IsPerTensor ? 0 : channel;
            var (mean, deviation) = Moments(layout.Gather<float>(steps, own));
            var (roundedMean, roundedDeviation) = Moments(layout.Gather<float>(codes, own));
            double factor = roundedDeviation > 0 ? deviation / roundedDeviation : 1;
            factor = factor is >= 1 / LargestFactor and <= LargestFactor ? factor : 1;
            scales[channel] = (float)(rounded.Scales[channel] * factor);
            shifts[channel] = (float)(rounded.Scales[channel] * factor * (mean - roundedMean) * weights * inputMean);
            before += Square(mean - roundedMean) + Square(deviation - roundedDeviation);
            after += Square(mean - (factor * roundedMean)) + Square(deviation - (factor * roundedDeviation));
        }

        return new CorrectedWeights(new LearnedWeights(rounded.Codes, scales), shifts, before, after);
    }

    private static double InputMean(QuantizedNetwork network, GraphNode node, CalibrationStatistics statistics)
    {
        string tensor = network.Layout.PointFor(node.Inputs[0], node)?.RangeOf ?? node.Inputs[0];
        return statistics.TryGet(tensor, out var histogram) ? new QuantizationError(CalibrationView.Of(histogram)).Moments().Mean : 0;
    }

    private static double Square(double number) => number * number;

    private static (double Mean, double Deviation) Moments(float[] numbers)
    {
        double mean = numbers.Average(number => (double)number);
        return (mean, Math.Sqrt(numbers.Average(number => Square(number - mean))));
    }
}

/// <summary>Weights whose mean and deviation were corrected.</summary>
/// <param name="Weights">The same codes with other scales.</param>
/// <param name="Shifts">What the mean of each channel adds to its bias, in real numbers.</param>
/// <param name="Before">Squared errors of the channels' means and deviations in units of their scales, rounded to nearest, summed.</param>
/// <param name="After">The same of these weights, without <paramref name="Shifts"/>.</param>
public sealed record CorrectedWeights(LearnedWeights Weights, float[] Shifts, double Before, double After);
