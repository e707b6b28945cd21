namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The file that was written.</summary>
/// <param name="ExactOn">Where its integer products are exact, proved from its codes: "every x86", or what else its metadata say; null
/// where it has none.</param>
public sealed record QuantizeOutput(string Path, string Sha256, long SizeBytes, string? ExactOn = null);
