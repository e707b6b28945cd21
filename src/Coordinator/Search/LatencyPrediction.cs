namespace Cluster.Coordinator.Search;

/// <summary>What the latency model said of a plan, after all observations, and what was measured.</summary>
/// <param name="PlanDigest">The plan.</param>
/// <param name="PredictedMs">Predicted milliseconds a run.</param>
/// <param name="MeasuredMs">Measured milliseconds a run, scaled to the FP32 latency of the first observation.</param>
public sealed record LatencyPrediction(string PlanDigest, double PredictedMs, double MeasuredMs);
