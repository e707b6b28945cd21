namespace Cluster.Coordinator.Views;

/// <summary>The search ended.</summary>
/// <param name="Sequence">See <see cref="JobChange"/>.</param>
/// <param name="At">See <see cref="JobChange"/>.</param>
/// <param name="Winner">Its result.</param>
public sealed record WinnerChange(long Sequence, DateTimeOffset At, WinnerView Winner) : JobChange(Sequence, At);
