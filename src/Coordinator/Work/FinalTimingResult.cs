namespace Cluster.Coordinator.Work;

/// <summary>Latencies of several plans and FP32 that ran in turn, and so may be compared with each other.</summary>
/// <param name="Plans">One a plan, in the order asked for; all with the same FP32 median.</param>
/// <param name="Seconds">Wall time.</param>
public sealed record FinalTimingResult(IReadOnlyList<LatencyResult> Plans, double Seconds = 0) : WorkResult;
