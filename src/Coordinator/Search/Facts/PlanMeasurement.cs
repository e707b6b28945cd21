namespace Cluster.Coordinator.Search.Facts;

/// <summary>A plan with its measurements.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Accuracy">Its accuracy on the whole evaluation set, or else on a part of it; null if not measured.</param>
/// <param name="Latency">Its latency, or null if not measured. For the FP32 plan: the FP32 half of the first observation.</param>
public sealed record PlanMeasurement(Plan Plan, AccuracyResult? Accuracy, LatencyResult? Latency);
