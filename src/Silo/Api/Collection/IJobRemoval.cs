namespace Cluster.Silo.Api.Collection;

/// <summary>Removes jobs that have ended.</summary>
internal interface IJobRemoval
{
    /// <summary>Removes a job, and those of its files that no other job names; does nothing if the job is already gone.</summary>
    Task RemoveAsync(string id, IReadOnlyCollection<string> files, CancellationToken cancellationToken);
}
