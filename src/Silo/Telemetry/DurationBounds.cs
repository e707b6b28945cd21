namespace Cluster.Silo.Telemetry;

/// <summary>
/// Upper bounds of histogram buckets, in seconds. OpenTelemetry's defaults are meant for milliseconds: everything below five seconds would
/// be in one bucket.
/// </summary>
internal static class DurationBounds
{
    /// <summary>Attempts and their stages: from a cached result to a fine-tuning of hours.</summary>
    public static IReadOnlyList<double> OfWork { get; } =
        [0.005, 0.025, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400];

    /// <summary>Journals: from one line to a disk or a database that hardly answers.</summary>
    public static IReadOnlyList<double> OfStorage { get; } =
        [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

    /// <summary>Calls: the bounds that OpenTelemetry's conventions for RPC give.</summary>
    public static IReadOnlyList<double> OfCalls { get; } =
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
}
