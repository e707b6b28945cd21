namespace Cluster.Coordinator.Views;

/// <summary>A candidate changed.</summary>
/// <param name="Sequence">See <see cref="JobChange"/>.</param>
/// <param name="At">See <see cref="JobChange"/>.</param>
/// <param name="Candidate">Its state after the change.</param>
public sealed record CandidateChange(long Sequence, DateTimeOffset At, CandidateView Candidate) : JobChange(Sequence, At);
