namespace Cluster.Evaluation.Measuring;

/// <summary>Does the items that ask for candidates' latencies.</summary>
internal sealed class LatencyMeasurer(EvaluationSetup setup) : FileTimer(setup)
{
    // Finalists are timed again, together, so a first timing says only which plans these are: six sittings, whatever their interval.
    private const double FirstPrecision = double.PositiveInfinity;

    public LatencyResult Measure(LatencyItem item, CancellationToken cancellation) => item.Plan.IsBaseline
        ? Measure(item.Plan.Digest, null, cancellation)
        : InTurn([(item.Plan.Digest, FileToTime(item.Plan, cancellation))], cancellation, precision: FirstPrecision).Single();

    /// <summary>Times one plan next to FP32, or several in turn with one FP32.</summary>
    /// <returns>In the order of the items.</returns>
    public IReadOnlyList<LatencyResult> Measure(IReadOnlyList<LatencyItem> items, CancellationToken cancellation)
    {
        if (items is [var single])
        {
            return [Measure(single, cancellation)];
        }

        var files = items.Select(item => (item.Plan.Digest, FileToTime(item.Plan, cancellation))).ToArray();
        return
        [
            .. InTurn(files, cancellation, precision: FirstPrecision).Select(result => result with { Turn = items[0].Plan.Digest }),
        ];
    }

    /// <summary>Times several plans and FP32 in turn, so that each may be compared with each.</summary>
    public FinalTimingResult Measure(FinalTimingItem item, CancellationToken cancellation)
    {
        long began = Stopwatch.GetTimestamp();
        var files = item.Plans.Select(plan => (plan.Digest, Setup.Builder.Build(plan, cancellation).File)).ToArray();

        return new FinalTimingResult(
            [.. InTurn(files, cancellation, item.Patience ?? 1)], Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    // A finalist is timed again, of its own file: a first timing may be of any that takes as long.
    private ModelFile FileToTime(Plan plan, CancellationToken cancellation) => Setup.Builder.BuildToTime(plan, cancellation);
}
