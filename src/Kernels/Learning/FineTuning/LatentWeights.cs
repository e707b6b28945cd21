namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>The real weights at which training starts.</summary>
internal static class LatentWeights
{
    // Just inside the interval that rounds to a code: on its edge the code would depend on rounding errors.
    private const float HalfIteration = 0.49f;

    /// <summary>
    /// For learned codes, their real values, the middle of the interval that rounds to them. FP32 weights that a reconstruction rounded the
    /// other way would otherwise lie on an edge, and the first iterations would take them back. For codes of rounding to nearest, the FP32
    /// weight, or the real number nearest to it that rounds to the plan's code. A smallest or largest code also covers everything beyond
    /// it.
    /// </summary>
    /// <param name="float32">In the weight's own order.</param>
    /// <param name="learned">Whether the codes were learned.</param>
    public static float[] Of(ReadOnlySpan<float> float32, QuantizedWeights start, CodeRange range, bool learned)
    {
        var layout = ChannelLayout.Of(float32.Length, start.Shape, start.Axis);
        float[] latent = new float[float32.Length];
        for (int i = 0; i < latent.Length; i++)
        {
            int channel = i / layout.Inner % layout.Channels;
            latent[i] = learned
                ? start.Codes[i] * start.Scales[channel]
                : Nearest(float32[i], start.Codes[i], start.Scales[channel], range.Low[channel], range.High[channel]);
        }

        return latent;
    }

    private static float Nearest(float weight, int code, float scale, int low, int high)
    {
        if ((int)Math.Clamp(MathF.Round(weight / scale), low, high) == code)
        {
            return weight;
        }

        float from = code == low ? float.NegativeInfinity : (code - HalfIteration) * scale;
        float to = code == high ? float.PositiveInfinity : (code + HalfIteration) * scale;
        return Math.Clamp(weight, from, to);
    }
}
