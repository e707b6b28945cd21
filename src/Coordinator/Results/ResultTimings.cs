namespace Cluster.Coordinator.Results;

/// <summary>The job's time by stage.</summary>
/// <param name="TotalSeconds">Wall time.</param>
/// <param name="Stages">Seconds by stage.</param>
public sealed record ResultTimings(double TotalSeconds, IReadOnlyDictionary<string, double> Stages);
