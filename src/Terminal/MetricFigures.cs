using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Terminal;

/// <summary>Formats measurements by a metric for tables.</summary>
public static class MetricFigures
{
    /// <summary>The level of a metric (<c>AccuracyResult.Level</c>) with its unit: "91.25%", "0.0131 nats", "23.1 dB", "0.0812".</summary>
    public static string Level(MetricKind metric, double? level) => level is not { } known ? Figures.None
        : metric.Scale() is var scale && scale.Value(known) is var value && scale.Unit == MetricUnit.Share ? Figures.Percent(value)
        : scale.Unit == MetricUnit.Nats ? $"{Figures.Nats(value)} nats"
        : scale.Unit == MetricUnit.Decibels ? known == 0 ? "no noise" : $"{Figures.Decibels(value)} dB"
        : value.ToString($"G{scale.Digits}", CultureInfo.InvariantCulture);

    /// <summary>The level of an accuracy, or what is known of it where the images have no labels.</summary>
    public static string Level(MetricKind metric, AccuracyResult? accuracy) => accuracy switch
    {
        { Answers: not null, Drop: { } drop } => AgainstFloat32(-drop),
        { Answers: not null } => Agreement(accuracy.Level),
        _ => Level(metric, accuracy?.Level),
    };

    /// <summary>A share of images with its interval: "76.00% (95% interval 72.07–79.54%)".</summary>
    public static string Proportion(int correct, int total)
    {
        var interval = WilsonInterval.Of(correct, total);
        return $"{Figures.Percent((double)correct / total)} (95% interval "
            + $"{Figures.Points(100 * interval.Low)}–{Figures.Percent(interval.High)})";
    }

    /// <summary>A share of right answers of which only the difference from FP32's is known, in points: "FP32 + 0.25".</summary>
    public static string AgainstFloat32(double gain)
    {
        string points = Figures.Points(100 * gain);
        return points.StartsWith('-') ? $"FP32 − {points[1..]}" : $"FP32 + {points}";
    }

    /// <summary>The share of images with FP32's answer: "97.50% as FP32".</summary>
    public static string Agreement(double share) => $"{Figures.Percent(share)} as FP32";

    /// <summary>The heading of a column of <see cref="MetricScale.Percentage"/>.</summary>
    public static string DropHeading(MetricKind metric) =>
        (metric.Scale().Percents ?? MetricScale.Default.Percents) is var (noun, unit)
            ? $"{char.ToUpperInvariant(noun[0])}{noun[1..]}, {unit}"
            : string.Empty;
}
