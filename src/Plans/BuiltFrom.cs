namespace Cluster.Plans;

/// <summary>Digests (SHA-256) of everything that a plan's artefact is built from.</summary>
/// <param name="Model">The FP32 model file.</param>
/// <param name="Calibration">The stored calibration statistics.</param>
/// <param name="Corrections">Corrected biases, where there are any.</param>
/// <param name="Learned">Learned weights, ranges and biases, where there are any.</param>
/// <param name="Prepared">What was done to the FP32 network before it was quantized: "equalized"; absent where nothing was.</param>
public sealed record BuiltFrom(
    string Model,
    string Calibration,
    string? Corrections = null,
    string? Learned = null,
    string? Prepared = null)
{
    /// <summary>The value of <see cref="Prepared"/> of a network whose channels were equalized across layers.</summary>
    public const string Equalized = "equalized";
}
