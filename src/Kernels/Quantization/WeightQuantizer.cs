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
        ReadOnlySpan<float> weights, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales, int qmin = -127, int qmax = 127)
    {
        var layout = Layout(weights.Length, shape, axis, scales);
        sbyte[] codes = new sbyte[weights.Length];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            var parameters = new QuantizationParameters(scales[channel], 0, qmin, qmax);
            for (int outer = 0; outer < layout.Outer; outer++)
            {
                int offset = layout.Offset(outer, channel);
                AffineQuantizer.Quantize(weights.Slice(offset, layout.Inner), parameters, codes.AsSpan(offset, layout.Inner));
            }
        }

        return codes;
    }

    /// <summary>The real values of the codes.</summary>
    /// <exception cref="KernelException">Scales and shape disagree.</exception>
    public static float[] Dequantize(ReadOnlySpan<sbyte> codes, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales)
    {
        float[] steps = new float[codes.Length];
        for (int i = 0; i < steps.Length; i++)
        {
            steps[i] = codes[i];
        }

        return Dequantize(steps, shape, axis, scales);
    }

    /// <summary>The real weights from the result of <see cref="Steps"/>.</summary>
    /// <exception cref="KernelException">Scales and shape disagree.</exception>
    public static float[] Dequantize(ReadOnlySpan<float> steps, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales)
    {
        var layout = Layout(steps.Length, shape, axis, scales);
        float[] weights = new float[steps.Length];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int outer = 0; outer < layout.Outer; outer++)
            {
                int offset = layout.Offset(outer, channel);
                for (int i = offset; i < offset + layout.Inner; i++)
                {
                    weights[i] = steps[i] * scales[channel];
                }
            }
        }

        return weights;
    }

    /// <summary>Weights in units of their scales, neither rounded nor clipped.</summary>
    /// <exception cref="KernelException">Scales and shape disagree.</exception>
    public static float[] Steps(ReadOnlySpan<float> weights, ReadOnlySpan<long> shape, int axis, ReadOnlySpan<float> scales)
    {
        var layout = Layout(weights.Length, shape, axis, scales);
        float[] steps = new float[weights.Length];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int outer = 0; outer < layout.Outer; outer++)
            {
                int offset = layout.Offset(outer, channel);
                for (int i = offset; i < offset + layout.Inner; i++)
                {
                    steps[i] = weights[i] / scales[channel];
                }
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
