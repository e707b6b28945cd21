namespace Cluster.Coordinator.Ports;

/// <summary>A page of jobs, the newest first (by <see cref="JobEntry.CreatedAt"/>, then by id, both descending).</summary>
/// <param name="Limit">At most this many, at least 1.</param>
/// <param name="Statuses">Only jobs with these statuses; empty: all.</param>
/// <param name="AfterCreatedAt">With <paramref name="AfterId"/>: only jobs that come after that one in this order.</param>
/// <param name="AfterId">See <paramref name="AfterCreatedAt"/>.</param>
public sealed record JobQuery(int Limit, IReadOnlyList<JobStatus> Statuses, DateTimeOffset? AfterCreatedAt = null, string? AfterId = null)
{
    /// <summary>Only jobs of this tenant; null: all.</summary>
    public string? Tenant { get; init; }
}
