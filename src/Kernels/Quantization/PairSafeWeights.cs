namespace Cluster.Kernels.Quantization;

/// <summary>
/// Int8 weights without neighbours (<see cref="PairedCodes"/>) that saturate, so that the fast kernels of every x86 are exact with them. A
/// channel's scale grows only as far as its largest pair needs. The usual halving of all weights (reduce_range, 7 bits) is the worst case
/// of this, in which the two largest weights of a channel are neighbours of one sign.
/// </summary>
internal static class PairSafeWeights
{
    /// <summary>For each channel the smallest scale, not below the given one, at which no pair's sum exceeds the limit.</summary>
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
    /// Moves real weights to the nearest ones where no pair adds up to more than the limit, in units of the channel's scale.
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
    /// The nearest safe codes: if rounding or learning made a pair's sum exceed the limit, both codes are reduced by half of the excess.
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
