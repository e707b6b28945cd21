namespace Cluster.Evaluation.Learning;

/// <summary>Judges the accuracy of a file with learned numbers.</summary>
internal static class LearnedAccuracy
{
    /// <summary>
    /// Whether its accuracy allows it to replace the winner: it stays within the accepted drop, is better than the plan without learned
    /// numbers by <see cref="LearnedVerdict"/>, or the most accurate is asked for, where any may be the only one within the budget. The
    /// coordinator, which knows how many plans were examined, requires at least as much.
    /// </summary>
    public static bool MayWin(RuntimeScore float32, RuntimeScore before, RuntimeScore after, JobOptions options)
    {
        double bound = options.Bound(float32.Losses is null ? (double)float32.Correct / float32.Total : float32.Loss);
        return new Feasibility(bound, options.Confidence).IsFeasible(MetricScorer.Compare(float32, after))
            || LearnedVerdict.Of(
                MetricScorer.Compare(before, after), before.Kl, after.Kl, scale: options.Measure.Scale()).Kept
            || options.Aim == SearchGoal.Accurate;
    }

    /// <summary>The figures with learned numbers and without, on the evaluation samples.</summary>
    public static string Found(MetricKind metric, RuntimeScore before, RuntimeScore after) => metric.CountsImages()
        ? $"{after.Correct} of {after.Total} evaluation images right, {before.Correct} without"
        : $"{metric.Title()} {metric.Scale().Level(after.Loss)}, {metric.Scale().Level(before.Loss)} without";
}
