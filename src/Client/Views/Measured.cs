using Cluster.Contract;
using Cluster.Contract.V1;
using Cluster.Coordinator.Model.Options;
using MetricKind = Cluster.Coordinator.Model.Options.MetricKind;
using V1 = Cluster.Contract.V1;

namespace Cluster.Client.Views;

/// <summary>The last measurement of each kind of a candidate.</summary>
internal static class Measured
{
    public static Accuracy? Accuracy(Candidate candidate) =>
        candidate.Evaluations.LastOrDefault(evaluation => evaluation.Accuracy is not null)?.Accuracy;

    public static Latency? Latency(Candidate candidate) =>
        candidate.Evaluations.LastOrDefault(evaluation => evaluation.Latency is not null)?.Latency;

    /// <summary>What candidates were judged by; a server that does not say it judges by top-1.</summary>
    public static MetricKind Metric(IEnumerable<Candidate> candidates) =>
        candidates.Select(Accuracy)
            .OfType<Accuracy>()
            .Select(found => SameNames.Find<V1.MetricKind, MetricKind>(found.Metric))
            .FirstOrDefault() ?? MetricKind.Top1;

    /// <summary>What one candidate was judged by, as in a sentence: "top-1".</summary>
    public static string MetricTitle(Candidate candidate) => Metric([candidate]).Title();

    /// <summary>What a job judges by, or an empty text where that is top-1.</summary>
    public static string MetricOf(JobOptions options) => options.Metric?.Title() ?? string.Empty;

    /// <summary>How many times as fast as FP32; null where it is not known.</summary>
    public static double? SpeedUp(Candidate candidate) =>
        Latency(candidate) is { MedianMs: > 0 } latency ? latency.Float32MedianMs / latency.MedianMs : null;
}
