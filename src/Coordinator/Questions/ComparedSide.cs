namespace Cluster.Coordinator.Questions;

/// <summary>The data of one side.</summary>
/// <param name="Name">See <see cref="ComparedPlan"/>.</param>
/// <param name="PlanDigest">The plan's identity.</param>
/// <param name="Formats">The number of its groups in each format, in words.</param>
/// <param name="Correct">Evaluation images that it gets right.</param>
/// <param name="Total">Evaluation images.</param>
/// <param name="MedianMs">Median of a run.</param>
/// <param name="Float32MedianMs">Median of the FP32 runs in turn with it.</param>
/// <param name="SizeBytes">Size of its file.</param>
/// <param name="Level">Its mean loss if the metric is a loss (<see cref="AccuracyResult.Level"/>), else null.</param>
public sealed record ComparedSide(
    string Name,
    string PlanDigest,
    string Formats,
    int? Correct,
    int? Total,
    double? MedianMs,
    double? Float32MedianMs,
    long? SizeBytes,
    double? Level = null)
{
    internal static ComparedSide Of(ComparedPlan plan) => new(
        plan.Name,
        plan.Plan.Digest,
        FormatShares.Of(plan.Plan),
        plan.Accuracy?.Correct,
        plan.Accuracy?.Total,
        plan.Latency?.MedianMs,
        plan.Latency?.Float32MedianMs,
        plan.Accuracy?.SizeBytes,
        plan.Accuracy is { Losses: not null } loss ? loss.Level : null);
}
