using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Reconstruction;

/// <summary>Scales of least mean |w - w^|^2.4 for each channel, the observer of BRECQ and QDrop, with zero point 0.</summary>
internal static class WeightGridSearch
{
    private const int Candidates = 100;

    // Up to 3 bits one level more on one side decides much; from 4 bits on codes must fit int4, and it decides little.
    private const int LargestMirroredBits = 3;

    public static WeightGrid Find(ReadOnlySpan<float> weights, long[] shape, int axis, int bits, float[]? given)
    {
        int low = -(1 << (bits - 1));
        int high = -low - 1;
        float[] scales = given ?? ChannelScales.MaxAbs(weights, shape, axis, high);
        int channels = scales.Length;
        if (bits == 8)
        {
            return new WeightGrid(shape, axis, scales, Filled(channels, -high), Filled(channels, high));
        }

        var grid = new WeightGrid(shape, axis, [.. scales], Filled(channels, low), Filled(channels, high));
        if (given is not null)
        {
            return grid;
        }

        var layout = ChannelLayout.Of(weights.Length, shape, axis);
        float[] channel = new float[layout.Outer * layout.Inner];
        for (int c = 0; c < channels; c++)
        {
            for (int outer = 0; outer < layout.Outer; outer++)
            {
                weights.Slice(layout.Offset(outer, c), layout.Inner).CopyTo(channel.AsSpan(outer * layout.Inner));
            }

            var (scale, mirrored) = Best(channel, low, high, bits <= LargestMirroredBits);
            grid.Scales[c] = scale;
            (grid.Lows[c], grid.Highs[c]) = mirrored ? (-high, -low) : (low, high);
        }

        return grid;
    }

    private static int[] Filled(int count, int value) => [.. Enumerable.Repeat(value, count)];

    private static (float Scale, bool Mirrored) Best(float[] weights, int low, int high, bool mirror)
    {
        float amax = weights.Max(Math.Abs);
        if (amax == 0)
        {
            return (1, false);
        }

        (float, bool) best = (0, false);
        double least = double.PositiveInfinity;
        for (int i = Candidates; i > 0; i--)
        {
            float scale = Math.Max(amax * i / Candidates * 2 / (high - low), QuantizationParametersFactory.SmallestScale);
            foreach (bool mirrored in mirror ? [false, true] : new[] { false })
            {
                double error = mirrored ? Error(weights, scale, -high, -low) : Error(weights, scale, low, high);
                if (error < least)
                {
                    least = error;
                    best = (scale, mirrored);
                }
            }
        }

        return best;
    }

    private static double Error(float[] weights, float scale, float low, float high)
    {
        double sum = 0;
        foreach (float w in weights)
        {
            sum += MathF.Pow(Math.Abs(w - (Math.Clamp(MathF.Round(w / scale), low, high) * scale)), 2.4f);
        }

        return sum;
    }
}
