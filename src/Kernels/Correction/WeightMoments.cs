using Cluster.Kernels.Calibration;
using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Correction;

/// <summary>
/// Weight mean and variance correction (PaddleSlim's bias_correction; Banner et al. 2019): for each output channel mu = mean(w - w^) and k
/// = std(w) / std(w^), and w^ becomes k (w^ + mu). The codes stay: k goes into the channel's scale, and k mu into the bias, as k mu n E[x]
/// for n weights of the channel on inputs of mean E[x]. Matters at few bits; at 8 bits both effects are near zero.
/// </summary>
public static class WeightMoments
{
    // As in PaddleSlim: avoids a division by zero for a channel that was rounded to one number.
    private const double Tiny = 1e-8;

    // No factor can restore a channel of which almost nothing is left after rounding.
    private const double LargestFactor = 2;

    /// <summary>mu and k of one channel, with the population standard deviation.</summary>
    public static (double Shift, double Factor) Of(ReadOnlySpan<float> weights, ReadOnlySpan<float> rounded)
    {
        var (mean, deviation) = Moments(weights);
        var (roundedMean, roundedDeviation) = Moments(rounded);
        return (mean - roundedMean, deviation / (roundedDeviation + Tiny));
    }

    /// <summary>New scales and biases for every quantized layer of a network; its codes stay.</summary>
    /// <param name="statistics">Provide the mean of each layer's input.</param>
    public static LearnedParameters Correct(QuantizedNetwork network, CalibrationStatistics statistics)
    {
        var weights = new Dictionary<string, LearnedWeights>(StringComparer.Ordinal);
        var biases = new Dictionary<string, float[]>(StringComparer.Ordinal);
        foreach (var node in network.Graph.Graph.Nodes.Where(network.Layout.HasQuantizedWeights))
        {
            var (corrected, bias) = Correct(network, node, InputMean(network, node, statistics));
            weights[node.Name] = corrected;
            if (bias is not null)
            {
                biases[node.Name] = bias;
            }
        }

        return new LearnedParameters { Weights = weights, Biases = biases };
    }

    private static (LearnedWeights Weights, float[]? Bias) Correct(QuantizedNetwork network, GraphNode node, double inputMean)
    {
        var quantized = network.Weights(node);
        var layout = ChannelLayout.Of(quantized.Codes.Length, quantized.Shape, quantized.Axis);
        var exact = network.Graph.Graph.Initializers[node.Inputs[1]].As<float>();
        float[] rounded = WeightQuantizer.Dequantize(quantized.Codes, quantized.Shape, quantized.Axis, quantized.Scales);
        float[] scales = [.. quantized.Scales];
        float[] bias = [.. network.Bias(node)];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            var (shift, factor) = Of(layout.Gather(exact, channel), layout.Gather<float>(rounded, channel));
            factor = factor is >= 1 / LargestFactor and <= LargestFactor ? factor : 1;
            scales[channel] = (float)(scales[channel] * factor);
            bias[channel] += (float)(factor * shift * layout.Outer * layout.Inner * inputMean);
        }

        // MatMul has no input for a bias.
        return (new LearnedWeights(quantized.Codes, scales), node.OpType == "MatMul" ? null : bias);
    }

    private static double InputMean(QuantizedNetwork network, GraphNode node, CalibrationStatistics statistics)
    {
        string tensor = network.Layout.PointFor(node.Inputs[0], node)?.ScaleOf ?? node.Inputs[0];
        return statistics.TryGet(tensor, out var histogram) ? new QuantizationError(CalibrationView.Of(histogram)).Moments().Mean : 0;
    }

    private static (double Mean, double Deviation) Moments(ReadOnlySpan<float> values)
    {
        double mean = 0;
        foreach (float value in values)
        {
            mean += value / (double)values.Length;
        }

        double variance = 0;
        foreach (float value in values)
        {
            variance += (value - mean) * (value - mean) / values.Length;
        }

        return (mean, Math.Sqrt(variance));
    }
}
