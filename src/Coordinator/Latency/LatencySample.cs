namespace Cluster.Coordinator.Latency;

/// <summary>A measured plan that a model is fitted to.</summary>
/// <param name="Int8">For each group, whether it runs in 8 bits.</param>
/// <param name="Ms">Measured milliseconds a run.</param>
public sealed record LatencySample(IReadOnlyList<bool> Int8, double Ms);
