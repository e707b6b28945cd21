using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Views;

/// <summary>What a search found.</summary>
/// <param name="Selection">The plan and why.</param>
/// <param name="Candidate">The candidate, or null where FP32 itself is the answer.</param>
/// <param name="Together">Its latency among the finalists, by which it was chosen; null where it was not timed with them.</param>
public sealed record WinnerView(WinnerSelected Selection, CandidateView? Candidate, LatencyResult? Together = null)
{
    /// <summary>Whether it was measured as faster and its interval leaves open that FP32 is as fast.</summary>
    public bool IsUnclear => Selection.Kind == WinnerKind.Faster && Latency is { IsUnclear: true };

    private LatencyResult? Latency =>
        Together ?? Candidate?.Evaluations.Select(evaluation => evaluation.Result).OfType<LatencyResult>().LastOrDefault();
}
