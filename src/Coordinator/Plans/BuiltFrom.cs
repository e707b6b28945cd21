namespace Cluster.Coordinator.Plans;

/// <summary>Digests (SHA-256) of everything that a plan's artefact is built from.</summary>
/// <param name="Model">The FP32 model file.</param>
/// <param name="Calibration">The stored calibration statistics.</param>
/// <param name="Corrections">Corrected biases and learned roundings, where there are any.</param>
public sealed record BuiltFrom(string Model, string Calibration, string? Corrections = null);
