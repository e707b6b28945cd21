using Cluster.Coordinator.Statistics;

namespace Cluster.Terminal;

/// <summary>Formats measurements by a metric for tables.</summary>
public static class MetricFigures
{
    /// <summary>The level of a metric (<c>AccuracyResult.Level</c>) with its unit: "91.25%", "0.0131 nats", "23.1 dB", "0.0812".</summary>
    public static string Level(MetricKind metric, double? level) => level switch
    {
        null => Figures.None,
        { } value when metric.CountsImages() => Figures.Percent(value),
        { } value when metric.IsMissingShare() => Figures.Percent(MetricScale.Value(metric, value)),
        { } value when metric == MetricKind.OutputKl => $"{Figures.Nats(value)} nats",
        0 when metric == MetricKind.OutputSqnr => "no noise",
        { } value when metric == MetricKind.OutputSqnr => $"{Figures.Decibels(MetricScale.Sqnr(value))} dB",
        { } value when metric.IsCommand() => MetricScale.Value(metric, value).ToString("G5", CultureInfo.InvariantCulture),
        { } value => Math.Sqrt(value).ToString("G4", CultureInfo.InvariantCulture),
    };

    /// <summary>The heading of a column of <see cref="MetricScale.Percentage"/>.</summary>
    public static string DropHeading(MetricKind metric) => metric == MetricKind.Rmse ? "Rise, %" : "Drop, points";
}
