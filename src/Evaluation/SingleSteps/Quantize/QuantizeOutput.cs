namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The written file.</summary>
/// <param name="ExactOn">Where its integer products are exact, proved from its codes: "every x86", or the restriction in its metadata; null
/// if it has none.</param>
public sealed record QuantizeOutput(string Path, string Sha256, long SizeBytes, string? ExactOn = null);
