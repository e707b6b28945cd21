using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Views;

/// <summary>What a search found.</summary>
/// <param name="Selection">The plan and why.</param>
/// <param name="Candidate">The candidate, or null where FP32 itself is the answer.</param>
public sealed record WinnerView(WinnerSelected Selection, CandidateView? Candidate);
