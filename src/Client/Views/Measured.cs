using Cluster.Contract.V1;

namespace Cluster.Client.Views;

/// <summary>The last measurement of each kind of a candidate.</summary>
internal static class Measured
{
    public static Accuracy? Accuracy(Candidate candidate) =>
        candidate.Evaluations.LastOrDefault(evaluation => evaluation.Accuracy is not null)?.Accuracy;

    public static Latency? Latency(Candidate candidate) =>
        candidate.Evaluations.LastOrDefault(evaluation => evaluation.Latency is not null)?.Latency;

    /// <summary>How many times as fast as FP32; null where it is not known.</summary>
    public static double? SpeedUp(Candidate candidate) =>
        Latency(candidate) is { MedianMs: > 0 } latency ? latency.Float32MedianMs / latency.MedianMs : null;
}
