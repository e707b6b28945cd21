using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization;

/// <summary>
/// Int8 codes of a weight with one scale a channel and zero point 0. Shapes and axes as in <see cref="ChannelScales"/>.
/// </summary>
internal static class WeightQuantizer
{
    /// <summary>Codes in the weight's own order.</summary>
    /// <param name="scales">One a channel.</param>
    /// <param name="qmin">At least -128; -127 by default, which TensorRT and kernels without VNNI prefer.</param>
    /// <exception cref="KernelException">Scales and shape disagree.</exception>
    public static sbyte[] Quantize(
        ReadOnlySpan<float> weights, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales, int qmin = -127, int qmax = 127) =>
        Quantize(
            weights, shape, axis, scales, [.. Enumerable.Repeat(qmin, scales.Length)], [.. Enumerable.Repeat(qmax, scales.Length)]);

    /// <summary>The same with a smallest and a largest code for each channel.</summary>
    /// <exception cref="KernelException">Scales and shape disagree.</exception>
    public static sbyte[] Quantize(
        ReadOnlySpan<float> weights, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales, int[] lows, int[] highs)
    {
        sbyte[] codes = new sbyte[weights.Length];
        var layout = Layout(weights.Length, shape, axis, scales);
        foreach (var (channel, start) in layout)
        {
            var parameters = new QuantizationParameters(scales[channel], 0, lows[channel], highs[channel]);
            AffineQuantizer.Quantize(weights.Slice(start, layout.Inner), parameters, codes.AsSpan(start, layout.Inner));
        }

        return codes;
    }

    /// <summary>The real values of the codes.</summary>
    /// <exception cref="KernelException">Scales and shape disagree.</exception>
    public static float[] Dequantize(ReadOnlySpan<sbyte> codes, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales)
    {
        float[] steps = new float[codes.Length];
        TensorPrimitives.ConvertTruncating(codes, steps);
        return Dequantize(steps, shape, axis, scales);
    }

    /// <summary>The real weights from the result of <see cref="Steps"/>.</summary>
    /// <exception cref="KernelException">Scales and shape disagree.</exception>
    public static float[] Dequantize(ReadOnlySpan<float> steps, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales)
    {
        float[] weights = new float[steps.Length];
        var layout = Layout(steps.Length, shape, axis, scales);
        foreach (var (channel, start) in layout)
        {
            for (int i = start; i < start + layout.Inner; i++)
            {
                weights[i] = steps[i] * scales[channel];
            }
        }

        return weights;
    }

    /// <summary>Weights in units of their scales, neither rounded nor clipped.</summary>
    /// <exception cref="KernelException">Scales and shape disagree.</exception>
    public static float[] Steps(ReadOnlySpan<float> weights, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales)
    {
        float[] steps = new float[weights.Length];
        var layout = Layout(weights.Length, shape, axis, scales);
        foreach (var (channel, start) in layout)
        {
            for (int i = start; i < start + layout.Inner; i++)
            {
                steps[i] = weights[i] / scales[channel];
            }
        }

        return steps;
    }

    private static ChannelLayout Layout(int count, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales)
    {
        var layout = ChannelLayout.Of(count, shape, axis);
        return scales.Length == layout.Channels
            ? layout
            : throw new KernelException($"{scales.Length} scales were given for {layout.Channels} channels; there must be one a channel.");
    }
}
