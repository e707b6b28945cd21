using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Views;

/// <summary>The result of a search.</summary>
/// <param name="Selection">The plan and why.</param>
/// <param name="Candidate">The candidate, or null if FP32 itself wins.</param>
public sealed record WinnerView(WinnerSelected Selection, CandidateView? Candidate)
{
    /// <summary>Whether it was measured as faster, although its interval does not exclude that FP32 is as fast.</summary>
    public bool IsUnclear => Selection.Kind == WinnerKind.Faster
        && Candidate?.Evaluations.Select(evaluation => evaluation.Result).OfType<LatencyResult>().LastOrDefault() is { IsUnclear: true };
}
