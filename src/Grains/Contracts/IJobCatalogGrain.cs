using Cluster.Coordinator.Model;

namespace Cluster.Grains.Contracts;

/// <summary>The jobs of the cluster. One for the cluster (key 0), thin over the job store, which is the truth.</summary>
[Alias("cluster.jobs")]
public interface IJobCatalogGrain : IGrainWithIntegerKey
{
    /// <summary>Accepts a job and begins it. A repeated request id gives the job that the first call stored.</summary>
    /// <param name="entry">A <see cref="JobEntry"/>.</param>
    /// <returns>The <see cref="JobEntry"/> that is stored.</returns>
    [Alias("create")]
    Task<Carried> CreateAsync(Carried entry);

    /// <summary>
    /// Forgets a job that is over or was never prepared: <see cref="JobReplyOutcome.Unavailable"/> where it still runs.
    /// </summary>
    [Alias("delete")]
    Task<JobReply> DeleteAsync(string id);

    /// <summary>
    /// Sees to it that every job that is not over runs somewhere. Called by each silo when it begins and when it learns of others that
    /// come or go, by jobs that have to leave theirs, and by a reminder.
    /// </summary>
    [Alias("keepAlive")]
    Task KeepAliveAsync();
}
