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

    /// <summary>At least 0.</summary>
    public static ActivationBounds Relu => new(0f, null);
}
