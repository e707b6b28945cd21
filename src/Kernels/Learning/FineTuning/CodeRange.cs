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
        var ranges = Array.ConvertAll(layout.Ranges(weights.Codes), range => Around(range.Low, range.High, weights.Bits));
        return new CodeRange([.. ranges.Select(range => range.Low)], [.. ranges.Select(range => range.High)]);
    }

    private static (int Low, int High) Around(int smallest, int largest, int bits)
    {
        if (bits == EightBits)
        {
            return (Math.Min(smallest, -sbyte.MaxValue), sbyte.MaxValue);
        }

        int highest = (1 << bits) - 1;
        int zero = Math.Clamp(1 << (bits - 1), -smallest, Math.Max(-smallest, highest - largest));
        return (-zero, highest - zero);
    }
}
