namespace Cluster.Kernels.Quantization;

/// <summary>Makes <see cref="QuantizationParameters"/> from a range of real numbers.</summary>
internal static class QuantizationParametersFactory
{
    /// <summary>Smallest possible scale: keeps x / scale and products of two scales well inside float32.</summary>
    public const float SmallestScale = 1e-8f;

#pragma warning disable CA1034 // The analyzer mistakes an extension block for a nested type.
    extension(QuantizationParameters)
#pragma warning restore CA1034
    {
        /// <summary>
        /// Affine parameters for [<paramref name="min"/>, <paramref name="max"/>], extended to contain 0 so that
        /// padding and ReLU's zero are exact: scale = (max - min) / (qmax - qmin), zero point = clamp(qmin -
        /// roundHalfEven(min / scale)). A range without negative numbers has the zero point <paramref name="qmin"/>
        /// exactly and never represents more than <paramref name="max"/> (a runtime removes a ReLU or a Clip only
        /// then). The range [0, 0] gives scale 1.
        /// </summary>
        /// <exception cref="KernelException">An end is NaN or infinite, or min &gt; max.</exception>
        public static QuantizationParameters FromRange(float min, float max, int qmin, int qmax)
        {
            if (!float.IsFinite(min) || !float.IsFinite(max) || min > max)
            {
                throw new KernelException(
                    $"The range [{min}, {max}] cannot be quantized: both ends must be finite and in order; check the calibration data.");
            }

            if (qmin >= qmax)
            {
                throw new KernelException($"Codes from {qmin} to {qmax} are no range; the smallest code must be below the largest.");
            }

            float low = Math.Min(min, 0f);
            float high = Math.Max(max, 0f);
            if (low == 0f && high == 0f)
            {
                return new QuantizationParameters(1f, qmin, qmin, qmax);
            }

            // Computed in double, where the width of a range of two large floats cannot overflow.
            float scale = (float)Math.Max(((double)high - low) / ((double)qmax - qmin), SmallestScale);
            if (low == 0f)
            {
                var parameters = new QuantizationParameters(scale, qmin, qmin, qmax);
                return parameters.High > high && scale > SmallestScale ? parameters with { Scale = MathF.BitDecrement(scale) } : parameters;
            }

            double zero = qmin - Math.Round((double)(low / scale), MidpointRounding.ToEven);
            return new QuantizationParameters(scale, (int)Math.Clamp(zero, qmin, qmax), qmin, qmax);
        }
    }
}
