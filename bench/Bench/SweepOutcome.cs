namespace Cluster.Bench;

/// <summary>What a sweep found and how long it took.</summary>
/// <param name="Seconds">Wall time, from preprocessed or stored images to the last figure.</param>
/// <param name="Kl">Mean KL(FP32 || group alone in INT8) in nats, in group order.</param>
/// <param name="Correct">Images right, in group order.</param>
internal sealed record SweepOutcome(double Seconds, IReadOnlyList<double> Kl, IReadOnlyList<int> Correct);
