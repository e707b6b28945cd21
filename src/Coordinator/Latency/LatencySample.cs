namespace Cluster.Coordinator.Latency;

/// <summary>A measured plan that a model is fitted to.</summary>
/// <param name="Formats">For each group, the number of its format in the search's <see
/// cref="Model.FormatCatalog"/>.</param>
/// <param name="Ms">Measured milliseconds a run.</param>
public sealed record LatencySample(IReadOnlyList<int> Formats, double Ms);
