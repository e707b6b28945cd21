namespace Cluster.Coordinator.Views;

/// <summary>The job's status changed.</summary>
/// <param name="Sequence">See <see cref="JobChange"/>.</param>
/// <param name="At">See <see cref="JobChange"/>.</param>
/// <param name="Status">The status from now on.</param>
/// <param name="Reason">Why, or null.</param>
/// <param name="RetryAt">When a suspended job is retried automatically; null of others, and where it waits to be resumed.</param>
public sealed record StatusChange(long Sequence, DateTimeOffset At, JobStatus Status, string? Reason, DateTimeOffset? RetryAt = null)
    : JobChange(Sequence, At);
