using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization;

/// <summary>
/// Weights below 8 bits: for each channel the step and the position of zero among the 2^bits codes with the least sum of squared errors. A
/// channel's codes are whole numbers from -z to 2^bits - 1 - z with z chosen per channel, so that no codes are wasted on a side with few
/// weights (as in BRECQ and QDrop, with the zero point z; here it is subtracted from the codes, which keeps zero point 0 in every file).
/// Shapes and axes as in <see cref="ChannelScales"/>.
/// </summary>
internal static class LowBitScales
{
    // Fractions of the step that covers every weight: 1.00, 0.99, ... 0.10; for a Gaussian the best at 2 bits is near 0.3.
    private const int LargestPercent = 100;
    private const int SmallestPercent = 10;
    private const int LargestRefinements = 8;

    // Up to this many bits every position of zero is tried; with more bits only those near the middle or near the range's own.
    private const int BitsForEveryZero = 3;

    /// <summary>Codes in the weight's own order, and one scale a channel. A channel of zeros has scale 1.</summary>
    /// <param name="bits">2 to 7.</param>
    /// <exception cref="KernelException">A weight is NaN or infinite, or shape and data disagree.</exception>
    public static (sbyte[] Codes, float[] Scales) Quantize(ReadOnlySpan<float> weights, ReadOnlySpan<long> shape, int axis, int bits)
    {
        float[] scales = ChannelScales.MaxAbs(weights, shape, axis); // refuses weights that are not finite
        var layout = ChannelLayout.Of(weights.Length, shape, axis);
        sbyte[] codes = new sbyte[weights.Length];
        var parameters = new QuantizationParameters[layout.Channels];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            float[] own = layout.Gather(weights, channel);
            parameters[channel] = Search(own, bits, new float[own.Length]);
            scales[channel] = parameters[channel].Scale;
        }

        foreach (var (channel, start) in layout)
        {
            AffineQuantizer.Quantize(weights.Slice(start, layout.Inner), parameters[channel], codes.AsSpan(start, layout.Inner));
        }

        return (codes, scales);
    }

    private static QuantizationParameters Search(ReadOnlySpan<float> weights, int bits, float[] buffer)
    {
        int highest = (1 << bits) - 1;
        float low = Math.Min(weights.IsEmpty ? 0 : TensorPrimitives.Min(weights), 0f);
        float high = Math.Max(weights.IsEmpty ? 0 : TensorPrimitives.Max(weights), 0f);
        int middle = 1 << (bits - 1);
        var best = new QuantizationParameters(1f, 0, -middle, highest - middle);
        if (low == 0 && high == 0)
        {
            return best;
        }

        double least = double.PositiveInfinity;
        foreach (int zero in Zeros(low, high, bits))
        {
            float full = Math.Max(zero > 0 ? -low / zero : 0, zero < highest ? high / (highest - zero) : 0);
            for (int percent = LargestPercent; full > 0 && percent >= SmallestPercent; percent--)
            {
                float scale = Math.Max(full * percent / LargestPercent, QuantizationParameters.SmallestScale);
                var candidate = new QuantizationParameters(scale, 0, -zero, highest - zero);
                double error = SquaredError(weights, candidate, buffer);
                if (error < least)
                {
                    least = error;
                    best = candidate;
                }
            }
        }

        return Refine(weights, best, least, buffer);
    }

    // Middle first: of equal errors the first is kept.
    private static IEnumerable<int> Zeros(float low, float high, int bits)
    {
        int highest = (1 << bits) - 1;
        int middle = 1 << (bits - 1);
        int own = (int)Math.Clamp(Math.Round(-low / ((double)high - low) * highest, MidpointRounding.ToEven), 0, highest);
        int[] near = [middle, middle - 1, own];
        return bits <= BitsForEveryZero ? near.Concat(Enumerable.Range(0, highest + 1)).Distinct() : near.Distinct();
    }

    /// <summary>For given codes c the best scale is sum(w c) / sum(c c); other codes may then be nearest.</summary>
    private static QuantizationParameters Refine(ReadOnlySpan<float> weights, QuantizationParameters best, double least, float[] buffer)
    {
        for (int i = 0; i < LargestRefinements; i++)
        {
            AffineQuantizer.FakeQuantize(weights, best, buffer);
            double products = 0;
            double squares = 0;
            for (int j = 0; j < weights.Length; j++)
            {
                double code = Math.Round(buffer[j] / (double)best.Scale);
                products += weights[j] * code;
                squares += code * code;
            }

            float scale = squares == 0 ? 0 : (float)(products / squares);
            if (scale < QuantizationParameters.SmallestScale)
            {
                return best;
            }

            var candidate = best with { Scale = scale };
            double error = SquaredError(weights, candidate, buffer);
            if (!(error < least))
            {
                return best;
            }

            least = error;
            best = candidate;
        }

        return best;
    }

    private static double SquaredError(ReadOnlySpan<float> weights, in QuantizationParameters parameters, float[] buffer)
    {
        AffineQuantizer.FakeQuantize(weights, parameters, buffer);
        double distance = TensorPrimitives.Distance(weights, buffer);
        return distance * distance;
    }
}
