namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>The file that was written.</summary>
public sealed record QuantizeOutput(string Path, string Sha256, long SizeBytes);
