namespace Cluster.Coordinator.Views;

/// <summary>A candidate changed.</summary>
/// <param name="Sequence">See <see cref="JobChange"/>.</param>
/// <param name="At">See <see cref="JobChange"/>.</param>
/// <param name="Candidate">As it was then.</param>
public sealed record CandidateChange(long Sequence, DateTimeOffset At, CandidateView Candidate) : JobChange(Sequence, At);
