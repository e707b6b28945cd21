namespace Cluster.Coordinator.Search.Fleets;

/// <summary>The timings of one item on machines of several kinds as one: each plan as on the kind where it gains least.</summary>
internal static class SlowestKind
{
    /// <summary>The joint result, in milliseconds beside the first kind's FP32; a failure if one kind has none.</summary>
    public static WorkResult Of(IReadOnlyList<WorkResult> kinds) => kinds.OfType<FailedResult>().FirstOrDefault() ?? kinds[0] switch
    {
        LatencyResult => Slowest([.. kinds.Cast<LatencyResult>()]),
        FinalTimingResult first => new FinalTimingResult(
            [.. first.Plans.Select((_, plan) => Slowest([.. kinds.Cast<FinalTimingResult>().Select(kind => kind.Plans[plan])]))],
            kinds.Cast<FinalTimingResult>().Sum(kind => kind.Seconds)),
        var first => first,
    };

    private static LatencyResult Slowest(LatencyResult[] kinds)
    {
        LatencyResult[] beside = [.. kinds.Select(kind => kind.Beside(kinds[0].Float32MedianMs))];
        return beside.MaxBy(kind => kind.MedianMs)! with
        {
            LowMs = Most(beside, kind => kind.LowMs),
            HighMs = Most(beside, kind => kind.HighMs),
            Turn = kinds[0].Turn,
        };
    }

    // The ends of an interval of the largest: where one kind has no interval, its median counts.
    private static double? Most(LatencyResult[] kinds, Func<LatencyResult, double?> end) =>
        kinds.All(kind => end(kind) is null) ? null : kinds.Max(kind => end(kind) ?? kind.MedianMs);
}
