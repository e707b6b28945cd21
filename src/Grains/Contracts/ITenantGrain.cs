namespace Cluster.Grains.Contracts;

/// <summary>
/// The queue of a tenant's jobs, over the job store: only <see cref="Ports.GrainOptions.JobsPerTenant"/> of them run at once, the first
/// that were submitted. Keyed by the tenant's name.
/// </summary>
[Alias("cluster.tenant")]
internal interface ITenantGrain : IGrainWithStringKey
{
    /// <summary>The job's place in the queue, 1 for the next; 0: it may run. Waits up to <paramref name="wait"/> for that.</summary>
    [Alias("place")]
    Task<int> PlaceAsync(string job, DateTimeOffset createdAt, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Whether a run of a schedule, which is due, may begin: one of the tenant's at a time.</summary>
    [Alias("mayBegin")]
    Task<bool> MayBeginAsync(string job);

    /// <summary>A job has ended: the next may run. Not needed, as the grain reads the store again, but faster.</summary>
    [Alias("ended")]
    Task EndedAsync(string job, DateTimeOffset createdAt);
}
