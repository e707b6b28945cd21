using Cluster.Coordinator.Results;
using Cluster.Coordinator.Statistics;

namespace Cluster.Terminal;

/// <summary>The words for what a test set says.</summary>
public static class TestWords
{
    /// <summary>What it says of a winner, which is the loss without any choice.</summary>
    public static string Of(MetricKind metric, ResultTest test)
    {
        string Level(double? value) => MetricFigures.Level(metric, metric.Scale().LevelOf(value));
        return test is { Correct: { } correct, Float32Correct: { } float32, Lost: { } lost, Gained: { } gained }
            ? $"{metric.Title()} {MetricFigures.Proportion(correct, test.Total)} against "
                + $"{Figures.Percent((double)float32 / test.Total)} in FP32, on {test.Total:N0} images "
                + $"({PairedCounts.Changed(lost, gained)})"
            : $"{metric.Title()} {Level(test.Value)}"
                + (metric.ComparesWithFloat32() ? string.Empty : $" against {Level(test.Float32Value)} in FP32");
    }
}
