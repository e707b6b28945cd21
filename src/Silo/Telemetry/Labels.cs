using Cluster.Coordinator.Work;

namespace Cluster.Silo.Telemetry;

/// <summary>Converts members of closed sets to labels: snake_case.</summary>
internal static class Labels
{
    public static string Of<T>(T value)
        where T : struct, Enum => Snake(value.ToString());

    /// <summary>Every kind of work.</summary>
    public static IReadOnlyList<string> Works { get; } =
    [
        "accuracy", "latency", "sensitivity", "calibrators", "parity", "final_timing", "profile", "test", "repair", "reconstruct",
        "fine_tune", "labels", "publish"
    ];

    /// <summary>"accuracy", "latency": the kind of a piece of work, one of <see cref="Works"/>.</summary>
    public static string Of(WorkItem item) => item switch
    {
        AccuracyItem => "accuracy",
        LatencyItem => "latency",
        SensitivityItem => "sensitivity",
        CalibratorItem => "calibrators",
        ParityItem => "parity",
        FinalTimingItem => "final_timing",
        ProfileItem => "profile",
        TestItem => "test",
        RepairItem => "repair",
        ReconstructItem => "reconstruct",
        FineTuneItem => "fine_tune",
        LabelItem => "labels",
        PublishItem => "publish",
        _ => "other",
    };

    private static string Snake(string name) =>
        string.Concat(
            name.Select((c, i) => char.IsAsciiLetterUpper(c) ? (i > 0 ? "_" : string.Empty) + char.ToLowerInvariant(c) : c.ToString()));
}
