namespace Cluster.Export;

/// <summary>
/// Weight codes as int4. Codes of a channel span at most 16 values around 0 but may lie outside -8..7; such a channel is shifted, and its
/// zero point stores the shift.
/// </summary>
internal static class NibbleWeights
{
    /// <summary>Bits of an int4.</summary>
    public const int Bits = 4;

    /// <summary>Codes and zero points, one a channel, both int4.</summary>
    public static (TensorData Codes, TensorData ZeroPoints) Pack(QuantizedWeights weights)
    {
        var (shifted, zeroPoints) = Shift(weights);
        return (TensorData.FromInt4(weights.Shape, shifted), TensorData.FromInt4([zeroPoints.Length], zeroPoints));
    }

    /// <summary>Codes from -8 to 7, and the shift that was added to those of each channel.</summary>
    public static (sbyte[] Codes, sbyte[] Shifts) Shift(QuantizedWeights weights)
    {
        var layout = ChannelLayout.Of(weights.Codes.Length, weights.Shape, weights.Axis);
        sbyte[] shifted = new sbyte[weights.Codes.Length];
        sbyte[] shifts = Array.ConvertAll(
            layout.Ranges(weights.Codes), range => (sbyte)(range.High > 7 ? 7 - range.High : range.Low < -8 ? -8 - range.Low : 0));
        foreach (var (channel, start) in layout)
        {
            for (int i = start; i < start + layout.Inner; i++)
            {
                shifted[i] = (sbyte)(weights.Codes[i] + shifts[channel]);
            }
        }

        return (shifted, shifts);
    }
}
