using static TorchSharp.torch;

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
