using Cluster.Kernels.Planning;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Training.FineTuning;

/// <summary>The real weights that training begins with.</summary>
internal static class LatentWeights
{
    // Just inside the interval that rounds to a code: on its edge a code would be a question of rounding.
    private const float HalfStep = 0.49f;

    /// <summary>
    /// For each weight the real number nearest to the FP32 one that rounds to the plan's code: the FP32 weight itself where the plan rounds to nearest,
    /// or a little of the way towards the code that a reconstruction chose instead. A smallest or largest code is as good for everything beyond it.
    /// </summary>
    /// <param name="float32">In the weight's own order.</param>
    public static float[] Of(ReadOnlySpan<float> float32, QuantizedWeights start, CodeRange range)
    {
        var layout = ChannelLayout.Of(float32.Length, start.Shape, start.Axis);
        float[] latent = new float[float32.Length];
        for (int i = 0; i < latent.Length; i++)
        {
            int channel = i / layout.Inner % layout.Channels;
            latent[i] = Nearest(float32[i], start.Codes[i], start.Scales[channel], range.Low[channel], range.High[channel]);
        }

        return latent;
    }

    private static float Nearest(float weight, int code, float scale, int low, int high)
    {
        if ((int)Math.Clamp(MathF.Round(weight / scale), low, high) == code)
        {
            return weight;
        }

        float from = code == low ? float.NegativeInfinity : (code - HalfStep) * scale;
        float to = code == high ? float.PositiveInfinity : (code + HalfStep) * scale;
        return Math.Clamp(weight, from, to);
    }
}
