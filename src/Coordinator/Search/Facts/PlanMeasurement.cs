namespace Cluster.Coordinator.Search.Facts;

/// <summary>A plan with its measurements.</summary>
/// <param name="Plan">The plan.</param>
/// <param name="Accuracy">Its accuracy on the whole evaluation set, or else on a part of it; null if not measured.</param>
/// <param name="Latency">Its latency, or null if not measured. For the FP32 plan: the FP32 half of the first observation.</param>
public sealed record PlanMeasurement(Plan Plan, AccuracyResult? Accuracy, LatencyResult? Latency);

/// <summary>Numbers of evaluations.</summary>
/// <param name="Full">Accuracies on the whole evaluation set.</param>
/// <param name="Subset">Accuracies on a subset.</param>
/// <param name="Images">Images evaluated in both together.</param>
/// <param name="Labels">Labels that a person gave where the images have none; absent where they have.</param>
public sealed record EvaluationCounts(int Full, int Subset, long Images, int? Labels = null);
