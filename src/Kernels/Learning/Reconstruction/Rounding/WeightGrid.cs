using Cluster.Kernels.Quantization;

namespace Cluster.Kernels.Learning.Reconstruction.Rounding;

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
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            for (int outer = 0; outer < layout.Outer; outer++)
            {
                values.AsSpan(layout.Offset(outer, channel), layout.Inner).Fill(channels[channel]);
            }
        }

        return values;
    }

    /// <summary>Codes rounded to nearest, ties to even.</summary>
    public sbyte[] Nearest(ReadOnlySpan<float> weights)
    {
        float[] scales = Expand(Scales);
        float[] lows = Expand([.. Lows.Select(code => (float)code)]);
        float[] highs = Expand([.. Highs.Select(code => (float)code)]);
        sbyte[] codes = new sbyte[weights.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            codes[i] = (sbyte)Math.Clamp(MathF.Round(weights[i] / scales[i]), lows[i], highs[i]);
        }

        return codes;
    }
}
