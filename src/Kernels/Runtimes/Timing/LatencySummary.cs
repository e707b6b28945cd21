namespace Cluster.Kernels.Runtimes.Timing;

/// <summary>Latency of one session over repeated runs.</summary>
/// <param name="MedianMs">Median, milliseconds.</param>
/// <param name="IqrMs">Interquartile range Q3 − Q1, milliseconds.</param>
/// <param name="Count">Number of runs measured.</param>
public sealed record LatencySummary(double MedianMs, double IqrMs, int Count);
