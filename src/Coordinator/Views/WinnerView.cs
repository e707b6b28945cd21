namespace Cluster.Coordinator.Views;

/// <summary>The result of a search.</summary>
/// <param name="Selection">The plan and why.</param>
/// <param name="Candidate">The candidate, or null if FP32 itself wins.</param>
public sealed record WinnerView(WinnerSelected Selection, CandidateView? Candidate)
{
    /// <summary>How the search ended.</summary>
    public WinnerKind Kind =>
        Selection.KindBy(Candidate?.Evaluations.Select(evaluation => evaluation.Result).OfType<LatencyResult>().LastOrDefault());
}
