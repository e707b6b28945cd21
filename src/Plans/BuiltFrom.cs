namespace Cluster.Plans;

/// <summary>Digests (SHA-256) of everything that a plan's artefact is built from.</summary>
/// <param name="Model">The FP32 model file.</param>
/// <param name="Calibration">The stored calibration statistics.</param>
/// <param name="Corrections">Corrected biases, if any.</param>
/// <param name="Learned">Learned weights, ranges and biases, if any.</param>
/// <param name="Prepared">The changes to the FP32 network before it was quantized: "equalized"; null if there were none.</param>
public sealed record BuiltFrom(
    string Model,
    string Calibration,
    string? Corrections = null,
    string? Learned = null,
    string? Prepared = null)
{
    /// <summary>The value of <see cref="Prepared"/> for a network whose channels were equalized across layers.</summary>
    public const string Equalized = "equalized";
}
