using Cluster.Coordinator.Work;

namespace Cluster.Reporting.Sections;

/// <summary>Timings of a GPU whose kernels were queued one by one because the runs could not be repeated as a whole.</summary>
internal static class RecordedRuns
{
    /// <summary>How many there are of all, and why; null where there is none.</summary>
    public static string? Words(IReadOnlyList<LatencyResult> timings)
    {
        var unrecorded = timings.Where(timing => timing.Unrecorded is not null).ToArray();
        return unrecorded.Length == 0
            ? null
            : $"kernels queued one by one in {unrecorded.Length} of {timings.Count} timings: "
                + string.Join(' ', unrecorded.Select(timing => timing.Unrecorded).Distinct(StringComparer.Ordinal));
    }
}
