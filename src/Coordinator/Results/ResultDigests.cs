namespace Cluster.Coordinator.Results;

/// <summary>SHA-256 of a job's inputs.</summary>
/// <param name="Model">The FP32 model file.</param>
/// <param name="Calibration">Calibration images.</param>
/// <param name="Evaluation">Evaluation images and labels.</param>
/// <param name="Test">Test images and labels, if any.</param>
/// <param name="Training">Training images and labels, if the winner may be fine-tuned.</param>
public sealed record ResultDigests(string Model, string Calibration, string Evaluation, string? Test, string? Training = null);
