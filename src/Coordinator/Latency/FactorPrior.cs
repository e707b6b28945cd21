namespace Cluster.Coordinator.Latency;

/// <summary>What is believed of a profile before totals are known; standard deviations, shares of what the profile says.</summary>
/// <param name="SharedDeviation">Of what all parts of a kind are off by together.</param>
/// <param name="OwnDeviation">Of what a part is off by beside that.</param>
/// <param name="Noise">Of a measured total.</param>
internal readonly record struct FactorPrior(double SharedDeviation, double OwnDeviation, double Noise);
