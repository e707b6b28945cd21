using Cluster.Coordinator.Model.Options;
using Cluster.Coordinator.Statistics;
using Cluster.Evaluation.Measuring;
using Cluster.Kernels.Evaluation;

namespace Cluster.Evaluation.Learning;

/// <summary>What a file with learned numbers is worth.</summary>
internal static class LearnedAccuracy
{
    /// <summary>
    /// Whether it may take the winner's place, as far as its accuracy goes: it keeps within the accepted drop, or is shown to be better
    /// than the plan without. The coordinator, which knows how many plans were looked at, asks for no less.
    /// </summary>
    public static bool MayWin(RuntimeScore float32, RuntimeScore before, RuntimeScore after, JobOptions options)
    {
        double bound = options.Bound(float32.Losses is null ? (double)float32.Correct / float32.Total : float32.Loss);
        return new Feasibility(bound, options.Confidence).IsFeasible(MetricScorer.Compare(float32, after))
            || FineTuneVerdict.Of(MetricScorer.Compare(before, after)).Kept;
    }
}
