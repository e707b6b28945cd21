using Cluster.Coordinator.Work;

namespace Cluster.Evaluation.Learning;

/// <summary>The measurements of a <see cref="LearnedFile"/>.</summary>
/// <param name="Digest">SHA-256 of the learned parameters.</param>
/// <param name="Latency">Null if it cannot win.</param>
/// <param name="Test">Null if it cannot win, or there is no test set.</param>
/// <param name="Seconds">Wall time of the attempt.</param>
internal sealed record LearnedMeasurements(string Digest, LatencyResult? Latency, TestResult? Test, double Seconds);
