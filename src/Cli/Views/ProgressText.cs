using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Running;
using Cluster.Terminal;

namespace Cluster.Cli.Views;

/// <summary>A job's progress in words.</summary>
internal static class ProgressText
{
    /// <summary>
    /// The line that changes in place: "[34/~52] walk back ETA 01:12 best 59.75%, 25.0 ms (1.24x) accuracy of …"; if the search may have to
    /// go on for much longer, "[34/~52 to 390] skips ETA 01:12 to 20:40".
    /// </summary>
    public static string Live(JobProgress progress) =>
        $"{Position(progress)}  ETA {Eta(progress)}{Best(progress)}  {progress.Current}";

    /// <summary>A log line, without the parts that change with every item.</summary>
    public static string Logged(JobProgress progress) =>
        Position(progress) + (progress.Remaining is null ? string.Empty : $"  ETA {Eta(progress)}") + Best(progress);

    /// <summary>The state that justifies a new log line when it changes: another phase, or a better plan.</summary>
    public static (string Purpose, string? Best) State(JobProgress progress) => (progress.Purpose, progress.Best?.Plan.Digest);

    private static string Position(JobProgress progress) =>
        $"[{progress.Done}/~{progress.Done + progress.EstimatedLeft}"
        + $"{(IsWide(progress) ? $" to {progress.Done + progress.MostLeft}" : string.Empty)}] {progress.Purpose}";

    private static string Eta(JobProgress progress) => Figures.Clock(progress.Remaining)
        + (IsWide(progress) && progress.MostRemaining is { } most && most > progress.Remaining
            ? $" to {Figures.Clock(most)}"
            : string.Empty);

    // A smaller difference is within the estimate's precision.
    private static bool IsWide(JobProgress progress) => progress.MostLeft > 2 * progress.EstimatedLeft;

    private static string Best(JobProgress progress)
    {
        if (progress.Best is not { } best)
        {
            return string.Empty;
        }

        var accuracy = best.Accuracy is { Total: > 0 } found
            ? MetricFigures.Level(found.Metric ?? MetricKind.Top1, found.Level)
            : "not measured yet";
        var latency = best.Latency is { MedianMs: > 0 } timed
            ? $", {Figures.Milliseconds(timed.MedianMs)} ms ({Figures.Ratio(timed.Float32MedianMs / timed.MedianMs)}x)"
            : string.Empty;
        return $"  {(progress.BestMisses ? "nearest" : "best")} {accuracy}{latency}";
    }
}
