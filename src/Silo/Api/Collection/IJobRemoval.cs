namespace Cluster.Silo.Api.Collection;

/// <summary>Removes jobs that have ended.</summary>
internal interface IJobRemoval
{
    /// <summary>Removes a job, and of the files that it names those that no other job names; one that is gone already is left so.</summary>
    Task RemoveAsync(string id, IReadOnlyCollection<string> files, CancellationToken cancellationToken);
}
