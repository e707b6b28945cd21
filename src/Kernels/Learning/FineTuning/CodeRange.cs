using Cluster.Kernels.Plans;
using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Learning.FineTuning;

/// <summary>The allowed codes of each output channel of a weight.</summary>
/// <param name="Low">Smallest code, one per channel.</param>
/// <param name="High">Largest code, one per channel.</param>
internal sealed record CodeRange(int[] Low, int[] High)
{
    private const int EightBits = 8;

    /// <summary>
    /// -127 to 127 with 8 bits. With fewer bits a channel has 2^bits codes with zero anywhere among them: of the ranges that contain the
    /// channel's codes, the one closest to symmetric.
    /// </summary>
    public static CodeRange Of(QuantizedWeights weights)
    {
        var layout = ChannelLayout.Of(weights.Codes.Length, weights.Shape, weights.Axis);
        var range = new CodeRange(new int[layout.Channels], new int[layout.Channels]);
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            (range.Low[channel], range.High[channel]) = Channel(weights, layout, channel);
        }

        return range;
    }

    private static (int Low, int High) Channel(QuantizedWeights weights, ChannelLayout layout, int channel)
    {
        int smallest = 0;
        int largest = 0;
        for (int outer = 0; outer < layout.Outer; outer++)
        {
            foreach (sbyte code in weights.Codes.AsSpan(layout.Offset(outer, channel), layout.Inner))
            {
                smallest = Math.Min(smallest, code);
                largest = Math.Max(largest, code);
            }
        }

        if (weights.Bits == EightBits)
        {
            return (Math.Min(smallest, -sbyte.MaxValue), sbyte.MaxValue);
        }

        int highest = (1 << weights.Bits) - 1;
        int zero = Math.Clamp(1 << (weights.Bits - 1), -smallest, Math.Max(-smallest, highest - largest));
        return (-zero, highest - zero);
    }
}
