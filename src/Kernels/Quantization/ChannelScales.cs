using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization;

/// <summary>
/// Scales of weights, one per channel, zero point 0. A weight is row-major with its shape; the axis is 0 for Conv (O, I, H, W) and for Gemm
/// with transB = 1, 1 for ConvTranspose (I, O, H, W) and for MatMul's (K, N). A channel of zeros has scale 1, until its bias needs another.
/// </summary>
internal static class ChannelScales
{
    /// <summary>max|w| / 127 of the whole tensor, for each of its channels.</summary>
    /// <inheritdoc cref="MaxAbs"/>
    public static float[] MaxAbsOfAll(ReadOnlySpan<float> weights, int channels) =>
        [.. Enumerable.Repeat(MaxAbs(weights, [1, weights.Length], 0)[0], channels)];

    /// <summary>max|w| / 127 of each channel.</summary>
    /// <exception cref="KernelException">A weight is NaN or infinite, or shape and data disagree.</exception>
    public static float[] MaxAbs(ReadOnlySpan<float> weights, ReadOnlySpan<long> shape, int axis)
    {
        var layout = ChannelLayout.Of(weights.Length, shape, axis);
        float[] largest = new float[layout.Channels];
        foreach (var (channel, start) in layout)
        {
            largest[channel] = Math.Max(largest[channel], Math.Abs(TensorPrimitives.MaxMagnitude(weights.Slice(start, layout.Inner))));
        }

        int bad = Array.FindIndex(largest, value => !float.IsFinite(value));
        return bad < 0
            ? Array.ConvertAll(largest, amax => amax == 0 ? 1f : Math.Max(amax / sbyte.MaxValue, QuantizationParameters.SmallestScale))
            : throw new KernelException(
                $"Channel {bad} of a weight of shape [{string.Join(',', shape.ToArray())}] holds NaN or infinity; "
                + "only finite weights can be quantized.");
    }
}
