namespace Cluster.Reporting.Models;

/// <summary>
/// What one group costs in accuracy among all others: a measured plan, and the measured plan in which only this group is left in FP32. The
/// search measures such pairs for some groups only.
/// </summary>
/// <param name="Quantized">The plan with the group in another format.</param>
/// <param name="Float32">The same plan with the group in FP32.</param>
internal sealed record LeftOut(ResultAccuracy Quantized, ResultAccuracy Float32)
{
    /// <summary>What leaving it in FP32 changed, as a sentence; levels are said where they are of all images.</summary>
    public string Words(MetricKind metric, int images) =>
        $"Measured with this group left in FP32: {Figures.Nats(Float32.Kl)} nats from FP32's outputs instead of "
        + Figures.Nats(Quantized.Kl)
        + (!metric.IsDivergence() && IsLevel(Float32, images) && IsLevel(Quantized, images)
            ? $", {MetricFigures.Level(metric, Float32.Level(metric))} instead of {MetricFigures.Level(metric, Quantized.Level(metric))}."
            : ".");

    /// <summary>Of each group, the pair with the most groups out of FP32; null where none was measured.</summary>
    public static IReadOnlyList<LeftOut?> Of(IEnumerable<ResultPlan> evaluated, int groups)
    {
        var measured = evaluated.Where(one => one.Accuracy is not null).DistinctBy(one => one.Plan)
            .ToDictionary(one => one.Plan, one => one.Accuracy!);
        return
        [
            .. Enumerable.Range(0, groups).Select(group => measured
                .Where(one => !one.Key.Groups[group].Format.IsBaseline)
                .OrderByDescending(one => one.Key.QuantizedCount)
                .Select(one => measured.TryGetValue(one.Key.With([group], GroupDecision.Baseline), out var without)
                    ? new LeftOut(one.Value, without)
                    : null)
                .FirstOrDefault(pair => pair is not null)),
        ];
    }

    // Where labels are missing a level is a bound, and one of divergence is said already.
    private static bool IsLevel(ResultAccuracy accuracy, int images) =>
        accuracy.Total == images && accuracy.Unlabelled.GetValueOrDefault() == 0;
}
