namespace Cluster.Coordinator.Views;

/// <summary>Work was proposed.</summary>
/// <param name="Sequence">See <see cref="JobChange"/>.</param>
/// <param name="At">See <see cref="JobChange"/>.</param>
/// <param name="Round">The round.</param>
public sealed record RoundChange(long Sequence, DateTimeOffset At, RoundProposed Round) : JobChange(Sequence, At);
