using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization;

/// <summary>
/// Scales of weights, one per channel, zero point 0. A weight is row-major with its shape; the axis is 0 for Conv (O, I, H, W) and for Gemm
/// with transB = 1, 1 for ConvTranspose (I, O, H, W) and for MatMul's (K, N). One scale for the whole tensor: shape [1, count], axis 0. A
/// channel of zeros has scale 1, so that the bias scale stays usable.
/// </summary>
internal static class ChannelScales
{
    /// <summary>max|w| / <paramref name="qmax"/> of each channel.</summary>
    /// <exception cref="KernelException">A weight is NaN or infinite, or shape and data disagree.</exception>
    public static float[] MaxAbs(ReadOnlySpan<float> weights, ReadOnlySpan<long> shape, int axis, int qmax = 127)
    {
        var layout = ChannelLayout.Of(weights.Length, shape, axis);
        float[] scales = new float[layout.Channels];
        for (int channel = 0; channel < layout.Channels; channel++)
        {
            float amax = 0;
            for (int outer = 0; outer < layout.Outer; outer++)
            {
                var row = weights.Slice(layout.Offset(outer, channel), layout.Inner);
                float largest = row.IsEmpty ? 0f : TensorPrimitives.MaxMagnitude(row);
                if (!float.IsFinite(largest))
                {
                    throw new KernelException(
                        $"Channel {channel} of a weight of shape [{string.Join(',', shape.ToArray())}] holds NaN or infinity; "
                        + "only finite weights can be quantized.");
                }

                amax = Math.Max(amax, Math.Abs(largest));
            }

            scales[channel] = ScaleOf(amax, qmax);
        }

        return scales;
    }

    private static float ScaleOf(float amax, int qmax) =>
        amax == 0 ? 1f : Math.Max(amax / qmax, QuantizationParametersFactory.SmallestScale);
}
