using System.Numerics.Tensors;

namespace Cluster.Kernels.Quantization;

/// <summary>
/// Int32 codes of a bias: scale = input scale * weight scale of the channel, zero point 0, as integer kernels add it to
/// their accumulator.
/// </summary>
public static class BiasQuantizer
{
    // Below the smallest normal float32 a scale would be flushed to zero by some kernels, and DequantizeLinear needs a
    // positive one.
    private const float SmallestNormal = 1.17549435e-38f;

    /// <summary>The scales of the bias, in float32 as the file holds them.</summary>
    public static float[] Scales(float inputScale, ReadOnlySpan<float> weightScales)
    {
        float[] scales = new float[weightScales.Length];
        TensorPrimitives.Multiply(weightScales, inputScale, scales);
        TensorPrimitives.Max(scales, SmallestNormal, scales);
        return scales;
    }

    /// <summary>
    /// Codes of <paramref name="bias"/> (one a channel), round half to even, saturating: a dead channel with a tiny
    /// scale has the largest code rather than an overflowed one.
    /// </summary>
    /// <param name="weightScales">One a channel, or a single one for all.</param>
    /// <exception cref="KernelException">A bias is NaN or infinite, or the counts disagree.</exception>
    public static int[] Quantize(ReadOnlySpan<float> bias, float inputScale, ReadOnlySpan<float> weightScales)
    {
        if (weightScales.Length != bias.Length && weightScales.Length != 1)
        {
            throw new KernelException(
                $"{weightScales.Length} weight scales were given for a bias of {bias.Length} channels; there must be one a "
                + "channel or one in all.");
        }

        float[] scales = Scales(inputScale, weightScales);
        int[] codes = new int[bias.Length];
        for (int i = 0; i < codes.Length; i++)
        {
            if (!float.IsFinite(bias[i]))
            {
                throw new KernelException($"The bias of channel {i} is {bias[i]}; only finite numbers can be quantized.");
            }

            double code = Math.Round((double)bias[i] / scales[scales.Length == 1 ? 0 : i], MidpointRounding.ToEven);
            codes[i] = (int)Math.Clamp(code, int.MinValue, int.MaxValue);
        }

        return codes;
    }
}
