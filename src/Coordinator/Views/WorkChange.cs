namespace Cluster.Coordinator.Views;

/// <summary>A piece of work changed that is no candidate's.</summary>
/// <param name="Sequence">See <see cref="JobChange"/>.</param>
/// <param name="At">See <see cref="JobChange"/>.</param>
/// <param name="Work">As it was then.</param>
public sealed record WorkChange(long Sequence, DateTimeOffset At, WorkView Work) : JobChange(Sequence, At);
