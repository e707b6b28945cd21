namespace Cluster.Cli.Views;

/// <summary>A job's progress in words.</summary>
internal static class ProgressText
{
    /// <summary>
    /// The line that changes in place: "[34/~52] walk back  ETA 01:12  best 59.75%, 25.0 ms (1.24x)  accuracy of …".
    /// </summary>
    public static string Live(JobProgress progress) =>
        $"{Position(progress)}  ETA {Figures.Clock(progress.Remaining)}{Best(progress)}  {progress.Current}";

    /// <summary>A log line, without the parts that change with every item.</summary>
    public static string Logged(JobProgress progress) =>
        Position(progress) + (progress.Remaining is null ? string.Empty : $"  ETA {Figures.Clock(progress.Remaining)}") + Best(progress);

    /// <summary>The state that justifies a new log line when it changes: another phase, or a better plan.</summary>
    public static (string Purpose, string? Best) State(JobProgress progress) => (progress.Purpose, progress.Best?.Plan.Digest);

    private static string Position(JobProgress progress) =>
        $"[{progress.Done}/~{progress.Done + progress.EstimatedLeft}] {progress.Purpose}";

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
            ? $", {Figures.Milliseconds(timed.MedianMs)} ms ({Figures.Ratio(timed.SpeedUp)}x)"
            : string.Empty;
        return $"  {(progress.BestMisses ? "nearest" : "best")} {accuracy}{latency}";
    }
}
