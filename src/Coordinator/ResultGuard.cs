using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Statistics;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator;

/// <summary>Checks a result before it becomes part of a journal that every later decision rests on.</summary>
public static class ResultGuard
{
    /// <summary>The result, or the failure that it really is where its numbers are not finite.</summary>
    /// <exception cref="InvalidOperationException">The evaluator broke its contract: another kind of result, or numbers that contradict each other.</exception>
    public static WorkResult Check(WorkItem item, WorkResult result)
    {
        var fits = (item, result) switch
        {
            (_, FailedResult) => true,
            (AccuracyItem, AccuracyResult accuracy) => Counts(accuracy),
            (LatencyItem latency, LatencyResult found) => Fits(found, latency.Plan),
            (FineTuneItem tuning, FineTuneResult found) => Counts(found.Accuracy)
                && found.Plan.Groups.Select(Format).SequenceEqual(tuning.Plan.Groups.Select(Format))
                && (found.Latency is null || Fits(found.Latency, found.Plan)),
            (SensitivityItem, SensitivityResult) or (ProfileItem, ProfileResult) or (TestItem, TestResult) or (PublishItem, PublishResult) => true,
            _ => false,
        };
        if (!fits)
        {
            throw new InvalidOperationException($"The evaluator's {result.GetType().Name} for the {item.Title} is of another kind or contradicts itself.");
        }

        var finite = result switch
        {
            AccuracyResult accuracy => double.IsFinite(accuracy.Kl),
            FineTuneResult tuned => double.IsFinite(tuned.Accuracy.Kl),
            SensitivityResult sweep => sweep.Groups.All(group => double.IsFinite(group.Kl) && double.IsFinite(group.SqnrDb ?? 0)),
            _ => true,
        };
        return finite ? result : new FailedResult(FailureKind.NotFinite, $"The {item.Title} gave a value that is not finite.");
    }

    private static bool Counts(AccuracyResult accuracy) => accuracy.Total > 0
        && accuracy.CorrectBits.Length == (accuracy.Total + 7) / 8
        && PairedCounts.Count(accuracy.CorrectBits) == accuracy.Correct;

    private static bool Fits(LatencyResult found, Plan plan) => found is { MedianMs: > 0, Float32MedianMs: > 0 }
        && string.Equals(found.PlanDigest, plan.Digest, StringComparison.Ordinal);

    // Fine-tuning trains numbers: what each group runs in stays.
    private static (string, Precision, int, int) Format(GroupDecision group) => (group.Group, group.Precision, group.WeightBits, group.ActivationBits);
}
