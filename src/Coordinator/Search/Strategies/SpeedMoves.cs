namespace Cluster.Coordinator.Search.Strategies;

/// <summary>
/// Plans that the latency model predicts to be faster than the fastest accurate one: where a format does not pay off, runs of groups get
/// another.
/// </summary>
internal static class SpeedMoves
{
    /// <summary>
    /// Up to <paramref name="count"/> untimed plans, fastest predicted first: ends and first steps of a climb over changes of runs of
    /// groups, started at the incumbent and at the baseline. Quantized groups get the calibrators of <paramref name="start"/>.
    /// </summary>
    public static IReadOnlyList<Plan> Propose(SearchMemory memory, Plan start, Plan incumbent, int count)
    {
        if (memory.Model is not { } model || memory.Ms(incumbent) is not { } ms)
        {
            return [];
        }

        var bound = Math.Min(ms, memory.BaselineMs!.Value);
        var found = new[] { incumbent, memory.Baseline }
            .SelectMany(plan => SpeedClimb.Run(
                model, memory.Formats.NumbersOf(plan), memory.MayBe, memory.Formats.Count, memory.Cancellation));
        return
        [
            .. found
                .Where(formats => Ties.IsFaster(model.Predict(formats), bound))
                .Select(formats => (Plan: memory.Repairs.In(start, formats), Ms: model.Predict(formats)))
                .Where(entry => !memory.Knows(memory.LatencyOf(entry.Plan)) && !memory.IsRefused(entry.Plan))
                .DistinctBy(entry => entry.Plan)
                .OrderBy(entry => entry.Ms)
                .ThenBy(entry => entry.Plan, memory.Simplest)
                .Take(count)
                .Select(entry => entry.Plan),
        ];
    }
}
