using Cluster.Contract.V1;
using Cluster.Coordinator.Model.Options;
using Spectre.Console;
using GroupFormat = Cluster.Plans.GroupFormat;
using Timestamp = Google.Protobuf.WellKnownTypes.Timestamp;

namespace Cluster.Client.Views;

/// <summary>Names of the contract's values for people.</summary>
internal static class Words
{
    /// <summary>"running", "awaiting labels", "out of memory".</summary>
    public static string Of<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString()).Replace('_', ' ');

    public static string Of(WinnerKind kind) => kind switch
    {
        WinnerKind.Faster => "a quantized network is accurate enough and faster than FP32",
        WinnerKind.Unclear => "a quantized network is accurate enough; whether it is faster is unclear, as the machine was busy",
        WinnerKind.NothingFaster => "nothing quantized that is accurate enough is faster than FP32, so FP32 stays",
        WinnerKind.MostAccurate => "the most accurate network within the budgets",
        WinnerKind.NothingFeasible => "nothing that was tried is accurate enough",
        _ => "unspecified",
    };

    /// <summary>"FP32", "INT8", "W4A8": the format of a group.</summary>
    public static string FormatOf(GroupDecision decision) => GroupFormat.TryParse(decision.Format)?.Title ?? decision.Format;

    /// <summary>Whether a group computes in integers.</summary>
    public static bool IsInteger(GroupDecision decision) => GroupFormat.TryParse(decision.Format) is { IsInteger: true };

    /// <summary>"18 of 20 groups quantized": what is known of a plan at a glance.</summary>
    public static string Shares(Plan plan)
    {
        int quantized = plan.Groups.Count(group => GroupFormat.TryParse(group.Format) is not { IsBaseline: true });
        return $"{quantized} of {plan.Groups.Count} groups quantized";
    }

    public static bool IsOver(JobState state) => state is JobState.Succeeded or JobState.Failed or JobState.Cancelled;

    public static Color ColorOf(JobState state) => state switch
    {
        JobState.Succeeded => Color.Green,
        JobState.Failed => Color.Red,
        JobState.Cancelled or JobState.Cancelling or JobState.Paused or JobState.Pausing or JobState.Suspended
            or JobState.Unschedulable or JobState.AwaitingLabels => Color.Yellow,
        _ => Color.Default,
    };

    /// <summary>"2026-11-20 12:34:56Z".</summary>
    public static string Time(Timestamp? time) => time is null ? Figures.None : $"{time.ToDateTime():yyyy-MM-dd HH:mm:ss}Z";

    /// <summary>The time since then, or none.</summary>
    public static string Since(Timestamp? time, DateTimeOffset now) =>
        time is null ? Figures.None : Figures.Duration(Positive(now - time.ToDateTimeOffset()));

    public static string Position(JobProgress? progress) =>
        progress is null ? Figures.None
        : $"{progress.Done}/~{progress.Done + progress.EstimatedLeft}";

    /// <summary>The title of <see cref="Best"/>; a candidate that misses a bound is not called the best.</summary>
    public static string BestTitle(bool misses) => misses ? "nearest yet" : "best so far";

    /// <summary>"candidate 12: top-1 91.25%, drop 0.13 points, 5.84 ms (1.24x)".</summary>
    public static string Best(Candidate? best)
    {
        if (best is null)
        {
            return "none yet";
        }

        var said = new List<string>();
        if (Measured.Accuracy(best) is { Total: > 0 } accuracy)
        {
            said.Add(
                $"{Measured.Metric([best]).Title()} {Measured.Level(accuracy)}"
                + (Measured.Drop(accuracy) is { } points ? $", drop {points} points" : ""));
        }

        if (Measured.Latency(best) is { MedianMs: > 0 } latency)
        {
            said.Add($"{Figures.Milliseconds(latency.MedianMs)} ms ({Figures.Ratio(latency.Float32MedianMs / latency.MedianMs)}x)");
        }

        return $"candidate {best.Number}: {(said.Count == 0 ? "not measured yet" : string.Join(", ", said))}";
    }

    private static TimeSpan Positive(TimeSpan time) => time < TimeSpan.Zero ? TimeSpan.Zero : time;
}
