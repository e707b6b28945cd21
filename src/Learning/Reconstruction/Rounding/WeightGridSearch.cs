using static TorchSharp.torch;

namespace Cluster.Learning.Reconstruction.Rounding;

/// <summary>
/// Scales with the least |w - w^|^2.4 for each channel, as in the observer of BRECQ and QDrop. Their zero point z is subtracted from the
/// codes here: a channel has the 2^b codes from -z to 2^b - 1 - z. With 8 bits max|w| / 127, of the channel or the tensor, and codes from
/// -127, as for integer kernels.
/// </summary>
internal static class WeightGridSearch
{
    private const int Candidates = 100;

    // Up to this many bits every position of zero is tried; with more bits, those between the middle and the position that the smallest and
    // largest weight suggest, and a few around.
    private const int BitsForEveryZero = 3;
    private const int ZerosAround = 2;

    public static WeightGrid Find(ReadOnlySpan<float> weights, long[] shape, int axis, WeightForm form, PairedCodes? pairs = null)
    {
        int bits = form.Bits;
        int highest = (1 << bits) - 1;
        float[] scales = ChannelScales.MaxAbs(weights, shape, axis); // refuses weights that are not finite
        int channels = scales.Length;
        if (bits == 8)
        {
            scales = form.IsPerTensor ? ChannelScales.MaxAbsOfAll(weights, channels) : scales;
            scales = pairs is { } paired ? PairSafeWeights.Scales(weights, paired, scales) : scales;
            return new WeightGrid(shape, axis, scales, Filled(channels, -127), Filled(channels, 127)) { Pairs = pairs };
        }

        var grid = new WeightGrid(shape, axis, scales, Filled(channels, 0), Filled(channels, 0));
        var layout = ChannelLayout.Of(weights.Length, shape, axis);
        for (int channel = 0; channel < channels; channel++)
        {
            var (scale, zero) = Best(layout.Gather(weights, channel), bits);
            grid.Scales[channel] = scale;
            grid.Lows[channel] = -zero;
            grid.Highs[channel] = highest - zero;
        }

        return grid;
    }

    private static int[] Filled(int count, int value) => [.. Enumerable.Repeat(value, count)];

    private static (float Scale, int Zero) Best(float[] weights, int bits)
    {
        int highest = (1 << bits) - 1;
        int middle = 1 << (bits - 1);
        float low = Math.Min(weights.Min(), 0);
        float high = Math.Max(weights.Max(), 0);
        (float, int) best = (1, middle);
        if (low == 0 && high == 0)
        {
            return best;
        }

        int around = bits <= BitsForEveryZero ? highest : ZerosAround;
        int skewed = (int)MathF.Round(-low / (high - low) * highest);
        double least = double.PositiveInfinity;
        int first = Math.Max(0, Math.Min(middle, skewed) - around);
        int last = Math.Min(highest, Math.Max(middle, skewed) + around);
        for (int zero = first; zero <= last; zero++)
        {
            float full = Math.Max(zero > 0 ? -low / zero : 0, zero < highest ? high / (highest - zero) : 0);
            for (int i = Candidates; i > 0 && full > 0; i--)
            {
                float scale = Math.Max(full * i / Candidates, QuantizationParameters.SmallestScale);
                double error = Error(weights, scale, -zero, highest - zero, least);
                if (error < least)
                {
                    least = error;
                    best = (scale, zero);
                }
            }
        }

        return best;
    }

    private static double Error(float[] weights, float scale, float low, float high, double enough)
    {
        double sum = 0;
        for (int i = 0; i < weights.Length && sum < enough; i++)
        {
            sum += MathF.Pow(Math.Abs(weights[i] - (Math.Clamp(MathF.Round(weights[i] / scale), low, high) * scale)), 2.4f);
        }

        return sum;
    }
}

/// <summary>The allowed values of a weight: for each output channel scale * code, code in [low, high] with 0 among them.</summary>
/// <param name="Shape">The weight's.</param>
/// <param name="Axis">Its output channels.</param>
/// <param name="Scales">One a channel, positive.</param>
/// <param name="Lows">Smallest code of each channel, at least -128.</param>
/// <param name="Highs">Largest code of each channel, at most 127.</param>
internal sealed record WeightGrid(long[] Shape, int Axis, float[] Scales, int[] Lows, int[] Highs)
{
    /// <summary>Neighbours that must not saturate; null if codes may be combined freely.</summary>
    public PairedCodes? Pairs { get; init; }

    /// <summary>Expands one number per channel to one per element.</summary>
    public float[] Expand(IReadOnlyList<float> channels)
    {
        int count = (int)Shape.Aggregate(1L, (product, size) => product * size);
        var layout = ChannelLayout.Of(count, Shape, Axis);
        float[] values = new float[count];
        foreach (var (channel, start) in layout)
        {
            values.AsSpan(start, layout.Inner).Fill(channels[channel]);
        }

        return values;
    }

    /// <summary>Codes rounded to nearest, ties to even, and made safe.</summary>
    public sbyte[] Nearest(ReadOnlySpan<float> weights) => Safe(WeightQuantizer.Quantize(weights, Shape, Axis, Scales, Lows, Highs));

    /// <summary>The nearest codes without neighbours that would saturate; the same if they may be combined freely.</summary>
    public sbyte[] Safe(sbyte[] codes) => Pairs is { } pairs ? PairSafeWeights.Clip(codes, pairs) : codes;

    /// <summary>A tensor of the real values of codes.</summary>
    public Tensor Dequantize(sbyte[] codes, ComputeDevice device) =>
        device.Floats(WeightQuantizer.Dequantize(codes, Shape, Axis, Scales), Shape);
}
