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
    /// <summary>Smallest real number that can be represented.</summary>
    public float Low => (Minimum - ZeroPoint) * Scale;

    /// <summary>Largest real number that can be represented.</summary>
    public float High => (Maximum - ZeroPoint) * Scale;
}
