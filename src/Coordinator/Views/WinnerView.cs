using Cluster.Coordinator.Results;

namespace Cluster.Coordinator.Views;

/// <summary>The result of a search.</summary>
/// <param name="Selection">The plan and why.</param>
/// <param name="Candidate">The candidate, or null if FP32 itself wins.</param>
public sealed record WinnerView(WinnerSelected Selection, CandidateView? Candidate)
{
    /// <summary>What the test set says of it; null without one.</summary>
    public ResultTest? Test { get; init; }

    /// <summary>What accuracy is measured by.</summary>
    public MetricKind Metric { get; init; }

    /// <summary>How the search ended.</summary>
    public WinnerKind Kind =>
        Selection.KindBy(Candidate?.Evaluations.Select(evaluation => evaluation.Result).OfType<LatencyResult>().LastOrDefault());
}
