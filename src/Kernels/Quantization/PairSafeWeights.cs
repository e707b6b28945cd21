namespace Cluster.Kernels.Quantization;

/// <summary>
/// Int8 weights of which no two neighbours (<see cref="PairedCodes"/>) saturate, so that the fast kernels of every x86 are exact with them.
/// A channel's scale grows just as far as its largest pair asks for. Halving all weights, as others do (reduce_range, 7 bits), is what
/// that comes to where the two largest weights of a channel are neighbours of one sign.
/// </summary>
internal static class PairSafeWeights
{
    /// <summary>For each channel the least scale, not below the one given, with which the sum of no pair is beyond the limit.</summary>
    /// <param name="weights">In their own order.</param>
    /// <param name="scales">One a channel.</param>
    public static float[] Scales(ReadOnlySpan<float> weights, PairedCodes pairs, ReadOnlySpan<float> scales)
    {
        float[] grown = scales.ToArray();
        for (int channel = 0; channel < grown.Length; channel++)
        {
            float largest = 0;
            for (int pair = 0; pair < pairs.Pairs; pair++)
            {
                var (first, second) = pairs.Pair(channel, pair);
                float sum = PairedCodes.IsOneSign(weights[first], weights[second]) ? Math.Abs(weights[first] + weights[second]) : 0;
                largest = Math.Max(largest, sum);
            }

            grown[channel] = Math.Max(grown[channel], largest / PairedCodes.Limit);
        }

        return grown;
    }

    /// <summary>
    /// Moves real weights to the nearest of which no pair adds up to more than the limit, in units of the channel's scale.
    /// </summary>
    /// <returns>Whether any was moved.</returns>
    public static bool Project(Span<float> weights, PairedCodes pairs, ReadOnlySpan<float> scales)
    {
        bool isMoved = false;
        for (int channel = 0; channel < pairs.Channels; channel++)
        {
            float limit = PairedCodes.Limit * scales[channel];
            for (int pair = 0; pair < pairs.Pairs; pair++)
            {
                var (first, second) = pairs.Pair(channel, pair);
                var (one, other) = (Math.Abs(weights[first]), Math.Abs(weights[second]));
                if (PairedCodes.IsOneSign(weights[first], weights[second]) && one + other > limit)
                {
                    float kept = Math.Clamp((one - other + limit) / 2, 0, limit);
                    weights[first] = MathF.CopySign(kept, weights[first]);
                    weights[second] = MathF.CopySign(limit - kept, weights[second]);
                    isMoved = true;
                }
            }
        }

        return isMoved;
    }

    /// <summary>
    /// The nearest safe codes: both of a pair whose sum is beyond the limit, as rounding or learning may make it, give way by half of what
    /// is too much.
    /// </summary>
    public static sbyte[] Clip(ReadOnlySpan<sbyte> codes, PairedCodes pairs)
    {
        sbyte[] clipped = codes.ToArray();
        for (int channel = 0; channel < pairs.Channels; channel++)
        {
            for (int pair = 0; pair < pairs.Pairs; pair++)
            {
                var (first, second) = pairs.Pair(channel, pair);
                int excess = PairedCodes.Excess(codes[first], codes[second]);
                int sign = Math.Sign(codes[first]);
                bool isFirstLarger = Math.Abs((int)codes[first]) >= Math.Abs((int)codes[second]);
                var (larger, smaller) = ((excess + 1) / 2, excess / 2);
                clipped[first] -= (sbyte)(sign * (isFirstLarger ? larger : smaller));
                clipped[second] -= (sbyte)(sign * (isFirstLarger ? smaller : larger));
            }
        }

        return clipped;
    }
}
