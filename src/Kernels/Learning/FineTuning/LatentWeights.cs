using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>The real weights that training begins with.</summary>
internal static class LatentWeights
{
    // Just inside the interval that rounds to a code: on its edge a code would be a question of rounding.
    private const float HalfIteration = 0.49f;

    /// <summary>
    /// Learned codes: what they stand for, the middle of what rounds to them. The FP32 weights that a reconstruction
    /// rounded the other way lie on an edge otherwise, from which the first iterations take them back. Codes of
    /// rounding to nearest: the FP32 weight, or the real number nearest to it that rounds to the plan's code. A
    /// smallest or largest code is as good for everything beyond it.
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
