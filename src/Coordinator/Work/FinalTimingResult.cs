namespace Cluster.Coordinator.Work;

/// <summary>Latencies of several plans and FP32 that ran in turn, so that they can be compared with each other.</summary>
/// <param name="Plans">One per plan, in the order requested; all with the same FP32 median.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record FinalTimingResult(IReadOnlyList<LatencyResult> Plans, double Seconds = 0) : WorkResult;
