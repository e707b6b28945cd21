namespace Cluster.Coordinator.Search.Facts;

/// <summary>How reliable the latency model is, from plans that it had not seen, and how steady the machine was.</summary>
/// <param name="Unseen">Each timed plan, predicted by the model fitted only to plans with other formats.</param>
/// <param name="MedianError">Median of |predicted − measured| / measured over them; null without any.</param>
/// <param name="LargestError">The largest of these.</param>
/// <param name="RepeatError">
/// Median difference between two measurements of the same formats, each relative to its own FP32, as a share of the smaller: no model is
/// better than that. A joint timing is one measurement. Null if nothing was timed twice.
/// </param>
/// <param name="Float32LowMs">Least median of the FP32 runs that were in turn with each plan.</param>
/// <param name="Float32HighMs">
/// Largest of them: if they are far apart, the machine drifted. Milliseconds of plans are scaled by the FP32 run with them.
/// </param>
public sealed record LatencyModelCheck(
    IReadOnlyList<LatencyPrediction> Unseen,
    double? MedianError,
    double? LargestError,
    double? RepeatError,
    double Float32LowMs,
    double Float32HighMs)
{
    /// <summary>How much slower FP32 was at its slowest than at its fastest, as a share from 0.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public double Drift => (Float32HighMs / Float32LowMs) - 1;

    /// <summary>The check, or null if nothing was timed.</summary>
    internal static LatencyModelCheck? Of(SearchFacts facts)
    {
        if (facts.Latencies.Count == 0)
        {
            return null;
        }

        var predictions = facts.Latencies
            .Where(entry => !entry.Plan.IsBaseline)
            .Select(entry => Predict(facts, entry.Plan))
            .OfType<LatencyPrediction>()
            .ToArray();
        var errors = predictions.Select(one => Math.Abs(one.PredictedMs - one.MeasuredMs) / one.MeasuredMs).Order().ToArray();
        var float32 = facts.Latencies.Select(entry => entry.Result.Float32MedianMs).ToArray();
        return new LatencyModelCheck(
            predictions, Median(errors), errors.Length == 0 ? null : errors[^1], RepeatErrorOf(facts), float32.Min(), float32.Max());
    }

    private static LatencyPrediction? Predict(SearchFacts facts, Plan plan) =>
        facts.ModelWithout(plan) is { } model ? new LatencyPrediction(plan.Digest, model.Predict(plan), facts.Ms(plan)!.Value) : null;

    private static double? RepeatErrorOf(SearchFacts facts)
    {
        var differences = new List<double>();
        var timed = facts.Timings;
        for (var second = 1; second < timed.Count; second++)
        {
            for (var first = 0; first < second; first++)
            {
                if (timed[first].Session != timed[second].Session && timed[first].Plan.HasFormatsOf(timed[second].Plan))
                {
                    var (x, y) = (Share(timed[first].Result), Share(timed[second].Result));
                    differences.Add(Math.Abs(x - y) / Math.Min(x, y));
                }
            }
        }

        return Median([.. differences.Order()]);
    }

    private static double Share(LatencyResult timed) => timed.MedianMs / timed.Float32MedianMs;

    private static double? Median(double[] sorted) => sorted.Length == 0 ? null
        : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
}

/// <summary>A plan's latency predicted by the model, after all observations, and its measured latency.</summary>
/// <param name="PlanDigest">The plan.</param>
/// <param name="PredictedMs">Predicted milliseconds per run.</param>
/// <param name="MeasuredMs">Measured milliseconds per run, scaled to the FP32 latency of the first observation.</param>
public sealed record LatencyPrediction(string PlanDigest, double PredictedMs, double MeasuredMs);
