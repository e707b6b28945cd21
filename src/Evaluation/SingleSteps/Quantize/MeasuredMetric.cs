using System.Text.Json.Serialization;

namespace Cluster.Evaluation.SingleSteps.Quantize;

/// <summary>Compares a file with FP32 by a metric other than top-1, each in the metric's own unit.</summary>
/// <param name="Metric">The metric.</param>
/// <param name="Total">Samples.</param>
/// <param name="Float32">FP32's value; null if it is infinite.</param>
/// <param name="Value">The file's value; null if it is infinite.</param>
/// <param name="Drop">Loss against FP32, as in result.json: a share of images, nats, noise over signal, or squared error.</param>
/// <param name="DropCi95">Its paired 95 % interval: low, high; null for one sample, which has none.</param>
/// <param name="Kl">Mean KL(FP32 || file) of the softmax, nats; null if outputs are values and not scores of classes.</param>
public sealed record MeasuredMetric(
    MetricKind Metric, int Total, double? Float32, double? Value, double Drop, IReadOnlyList<double>? DropCi95, double? Kl)
{
    /// <summary>FP32's mean loss per sample; for the text of the report, like the next two.</summary>
    [JsonIgnore]
    public double Float32Loss { get; init; }

    /// <summary>The file's mean loss per sample.</summary>
    [JsonIgnore]
    public double Loss { get; init; }

    /// <summary>The comparison with FP32 in words.</summary>
    [JsonIgnore]
    public string Sentence { get; init; } = "";

    internal static MeasuredMetric Of(MetricKind metric, RuntimeScore before, RuntimeScore after)
    {
        bool hasSpread = after.Losses is not { Length: 1 };
        double estimate = after.Loss - before.Loss;
        var drop = hasSpread ? MetricScorer.Compare(before, after) : null;
        var interval = drop?.DropInterval(0.95);
        return new MeasuredMetric(
            metric,
            after.Total,
            InItsUnit(metric, before),
            InItsUnit(metric, after),
            drop?.Drop ?? estimate,
            interval is null ? null : [interval.Low, interval.High],
            metric.Outputs() == OutputKind.Scores ? after.Kl : null)
        {
            Float32Loss = before.Loss,
            Loss = after.Loss,
            Sentence = metric.Scale(before.Loss).Compare(
                interval ?? new Interval(estimate, estimate), drop?.Drop ?? estimate),
        };
    }

    // Shares of images are shares of right ones; every other metric is shown as its loss.
    private static double? InItsUnit(MetricKind metric, RuntimeScore score)
    {
        double value = metric.Scale().Value(metric.CountsImages() ? 1 - score.Loss : score.Loss);
        return double.IsFinite(value) ? value : null;
    }
}
