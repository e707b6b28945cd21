namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Latency of one run of a file, as in result.json.</summary>
/// <param name="N">Timed runs.</param>
public sealed record MeasuredLatency(double MedianMs, double IqrMs, int N, string Runtime, string Device, int Batch, int Threads);
