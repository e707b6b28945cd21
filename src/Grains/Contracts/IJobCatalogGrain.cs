namespace Cluster.Grains.Contracts;

/// <summary>The jobs of the cluster. One grain per cluster (key 0), a thin layer over the job store, which is authoritative.</summary>
[Alias("cluster.jobs")]
public interface IJobCatalogGrain : IGrainWithIntegerKey
{
    /// <summary>Accepts a job and starts it. A repeated request id returns the job that the first call stored.</summary>
    /// <param name="entry">A <see cref="JobEntry"/>.</param>
    /// <returns>The stored <see cref="JobEntry"/>.</returns>
    [Alias("create")]
    Task<Carried> CreateAsync(Carried entry);

    /// <summary>Removes a job that has ended or was never prepared: <see cref="JobReplyOutcome.Unavailable"/> if it still runs.</summary>
    [Alias("delete")]
    Task<JobReply> DeleteAsync(string id);

    /// <summary>
    /// Makes sure that every job that has not ended runs somewhere. Called by each silo when it starts and when it learns of others that
    /// come or leave, by jobs that must leave their silo, and by a reminder.
    /// </summary>
    [Alias("keepAlive")]
    Task KeepAliveAsync();
}
