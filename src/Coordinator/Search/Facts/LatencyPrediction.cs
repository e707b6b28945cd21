namespace Cluster.Coordinator.Search.Facts;

/// <summary>A plan's latency predicted by the model, after all observations, and its measured latency.</summary>
/// <param name="PlanDigest">The plan.</param>
/// <param name="PredictedMs">Predicted milliseconds per run.</param>
/// <param name="MeasuredMs">Measured milliseconds per run, scaled to the FP32 latency of the first observation.</param>
public sealed record LatencyPrediction(string PlanDigest, double PredictedMs, double MeasuredMs);
