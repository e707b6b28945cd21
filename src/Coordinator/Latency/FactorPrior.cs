namespace Cluster.Coordinator.Latency;

/// <summary>The prior for a profile's errors before totals are known; standard deviations relative to the profile's values.</summary>
/// <param name="SharedDeviation">Of the error that all parts of a kind share.</param>
/// <param name="OwnDeviation">Of a part's own additional error.</param>
/// <param name="Noise">Of a measured total.</param>
internal readonly record struct FactorPrior(double SharedDeviation, double OwnDeviation, double Noise);
