using Cluster.Kernels.Graphs;
using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Export;

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
        sbyte[] zeroPoints = new sbyte[layout.Channels];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            zeroPoints[channel] = Shift(weights.Codes, layout, channel);
            for (int outer = 0; outer < layout.Outer; outer++)
            {
                int offset = layout.Offset(outer, channel);
                for (int i = offset; i < offset + layout.Inner; i++)
                {
                    shifted[i] = (sbyte)(weights.Codes[i] + zeroPoints[channel]);
                }
            }
        }

        return (shifted, zeroPoints);
    }

    private static sbyte Shift(sbyte[] codes, ChannelLayout layout, int channel)
    {
        int low = 0;
        int high = 0;
        for (int outer = 0; outer < layout.Outer; outer++)
        {
            foreach (sbyte code in codes.AsSpan(layout.Offset(outer, channel), layout.Inner))
            {
                low = Math.Min(low, code);
                high = Math.Max(high, code);
            }
        }

        return (sbyte)(high > 7 ? 7 - high : low < -8 ? -8 - low : 0);
    }
}
