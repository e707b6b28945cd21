namespace Cluster.Kernels.Runtimes.Timing;

/// <summary>The summary of a session's runs, and the duration of each.</summary>
/// <param name="Summary">Median, interquartile range, count.</param>
/// <param name="SamplesMs">Duration of each run, milliseconds, in the order measured; index i of all sessions measured
/// together is one round.</param>
public sealed record LatencyMeasurement(LatencySummary Summary, IReadOnlyList<double> SamplesMs);
