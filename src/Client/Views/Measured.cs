using Cluster.Contract.V1;
using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Search.Objectives;
using GroupFormat = Cluster.Plans.GroupFormat;
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

    /// <summary>The metric of candidates; top-1 if the server does not say.</summary>
    public static MetricKind Metric(IEnumerable<Candidate> candidates) =>
        candidates.Select(Accuracy)
            .OfType<Accuracy>()
            .Select(found => SameNames.Find<MetricKind>(found.Metric))
            .FirstOrDefault().GetValueOrDefault();

    /// <summary>A job's metric, or an empty text if it is top-1.</summary>
    public static string MetricOf(JobOptions options) => options.Metric is { } metric
        ? $"{metric.Word()}, within {BudgetWords.Bound(options)}"
        : string.Empty;

    /// <summary>Whether a job has a bound in points.</summary>
    public static bool HasPoints(JobOptions options) => options.Measure.IsShare();

    /// <summary>The level of an accuracy by its metric, with its unit.</summary>
    public static string Level(Accuracy? accuracy) => accuracy switch
    {
        { Total: > 0, Unlabelled: true } => MetricFigures.Agreement((double)accuracy.Correct / accuracy.Total),
        { Total: > 0 } => MetricFigures.Level(
            SameNames.Find<MetricKind>(accuracy.Metric).GetValueOrDefault(),
            accuracy.HasLoss ? accuracy.Loss : (double)accuracy.Correct / accuracy.Total),
        _ => Figures.None,
    };

    /// <summary>The drop in points; null if the metric has none.</summary>
    public static double? Points(Accuracy? accuracy) =>
        accuracy is null || (accuracy.HasLoss && SameNames.Find<MetricKind>(accuracy.Metric)?.IsShare() != true)
            ? null
            : 100 * accuracy.Drop;

    /// <summary>The drop in points for people: "0.13", "≤ 2.50" where the images have no labels; null if the metric has none.</summary>
    public static string? Drop(Accuracy? accuracy) => Points(accuracy) is { } points
        ? $"{(accuracy is { Unlabelled: true, Drop: > 0 } ? "≤ " : "")}{Figures.Points(points)}"
        : null;

    /// <summary>The speedup over FP32, 1 of FP32 itself; null if unknown.</summary>
    public static double? SpeedUp(Candidate candidate) => candidate.Plan is { Groups: { Count: > 0 } groups }
        && groups.All(group => GroupFormat.TryParse(group.Format) is { IsBaseline: true })
        ? 1
        : Latency(candidate) is { MedianMs: > 0 } latency ? latency.Float32MedianMs / latency.MedianMs : null;
}
