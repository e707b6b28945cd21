namespace Cluster.Coordinator.Views;

/// <summary>A piece of work changed that belongs to no candidate.</summary>
/// <param name="Sequence">See <see cref="JobChange"/>.</param>
/// <param name="At">See <see cref="JobChange"/>.</param>
/// <param name="Work">Its state after the change.</param>
public sealed record WorkChange(long Sequence, DateTimeOffset At, WorkView Work) : JobChange(Sequence, At)
{
    /// <summary>Candidates that it timed together, after the change.</summary>
    public IReadOnlyList<CandidateView> Candidates { get; init; } = [];
}
