namespace Cluster.Kernels.Calibration;

/// <summary>
/// The bounds that the activation function itself guarantees for a tensor. Calibrators respect them because runtimes remove a ReLU or a
/// Clip in front of a quantizer only when the quantizer already clips there: with a floor of 0 the range starts at 0 (zero point = smallest
/// code), and a range never passes its ceiling.
/// </summary>
/// <param name="Floor">Smallest possible value, or null.</param>
/// <param name="Ceiling">Largest possible value, or null.</param>
public readonly record struct ActivationBounds(float? Floor, float? Ceiling)
{
    /// <summary>No bounds are known.</summary>
    public static ActivationBounds None => default;

    /// <summary>
    /// The same zero point with the scale made smaller, if necessary, so that every code is within the bounds: a range that is chosen
    /// within them passes them by up to half a step when its zero point is rounded.
    /// </summary>
    internal QuantizationParameters Contain(in QuantizationParameters parameters)
    {
        float scale = parameters.Scale;
        scale = Floor is < 0 and var floor ? Largest(-floor, parameters.ZeroPoint - parameters.Minimum, scale) : scale;
        scale = Ceiling is > 0 and var ceiling ? Largest(ceiling, parameters.Maximum - parameters.ZeroPoint, scale) : scale;
        return parameters with { Scale = scale };
    }

    // At most as large as given, with the product as float32 rounds it.
    private static float Largest(float limit, int steps, float scale)
    {
        if (steps * scale <= limit)
        {
            return scale;
        }

        scale = limit / steps;
        return steps * scale > limit ? MathF.BitDecrement(scale) : scale;
    }
}
