namespace Cluster.Reporting.Models;

/// <summary>
/// What one group costs in accuracy among all others: a measured plan, and the measured plan in which only this group is left in FP32. The
/// search measures such pairs for some groups only.
/// </summary>
/// <param name="Quantized">The plan with the group in another format.</param>
/// <param name="Float32">The same plan with the group in FP32.</param>
internal sealed record LeftOut(AccuracyResult Quantized, AccuracyResult Float32)
{
    /// <summary>What leaving it in FP32 changed, as a sentence.</summary>
    public string Words => $"Measured with this group left in FP32: {Figures.Nats(Float32.Kl)} nats from FP32's outputs instead of "
        + $"{Figures.Nats(Quantized.Kl)}{Levels}.";

    private string Levels => IsLevel(Float32) && IsLevel(Quantized)
        ? $", {Level(Float32)} instead of {Level(Quantized)}"
        : string.Empty;

    /// <summary>Of each group, the pair with the most groups out of FP32; null where none was measured.</summary>
    public static IReadOnlyList<LeftOut?> Of(IEnumerable<PlanMeasurement> evaluated, int groups)
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
    private static bool IsLevel(AccuracyResult accuracy) =>
        accuracy is { Total: > 0, Open: null, Part: null } && accuracy.Metric != MetricKind.OutputKl;

    private static string Level(AccuracyResult accuracy) => MetricFigures.Level(accuracy.Metric ?? MetricKind.Top1, accuracy.Level);
}
