namespace Cluster.Kernels.Quantization;

/// <summary>
/// Per-tensor affine quantization as in ONNX QuantizeLinear: q = clamp(roundHalfEven(x / Scale) + ZeroPoint, Minimum, Maximum), x^ = (q -
/// ZeroPoint) * Scale, in float32.
/// </summary>
/// <param name="Scale">Positive and finite.</param>
/// <param name="Minimum">Smallest code, e.g. 0 (uint8) or -128 (int8).</param>
/// <param name="Maximum">Largest code, e.g. 255 (uint8) or 127 (int8).</param>
public readonly record struct QuantizationParameters(float Scale, int ZeroPoint, int Minimum, int Maximum)
{
    /// <summary>Smallest possible scale, about 8e-31: keeps x / scale well inside float32, and a step above a histogram's.</summary>
    internal const float SmallestScale = 1f / (1 << 25) / (1 << 25) / (1 << 25) / (1 << 25);

    /// <summary>Smallest product of an input's and a weight's scale: a normal float32, as is its quotient by an output's scale.</summary>
    internal const float SmallestProduct = 1e-36f;

    /// <summary>Smallest real number that can be represented.</summary>
    public float Low => (Minimum - ZeroPoint) * Scale;

    /// <summary>Largest real number that can be represented.</summary>
    public float High => (Maximum - ZeroPoint) * Scale;

    /// <summary>
    /// Affine parameters for [<paramref name="min"/>, <paramref name="max"/>], extended to contain 0 so that
    /// padding and ReLU's zero are exact: scale = (max - min) / (qmax - qmin), zero point = clamp(qmin -
    /// roundHalfEven(min / scale)). A range without negative numbers has the zero point <paramref name="qmin"/>
    /// exactly and never represents more than <paramref name="max"/> (a runtime removes a ReLU or a Clip only
    /// then). The range [0, 0] gives scale 1.
    /// </summary>
    /// <exception cref="KernelException">An end is NaN or infinite, or min &gt; max.</exception>
    internal static QuantizationParameters FromRange(float min, float max, int qmin, int qmax)
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
