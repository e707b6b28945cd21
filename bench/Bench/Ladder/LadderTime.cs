namespace Cluster.Bench.Ladder;

/// <summary>Latency of a file, all files of the ladder run in turn.</summary>
internal sealed record LadderTime(int Batch, double MedianMs, double IqrMs, int Count);
