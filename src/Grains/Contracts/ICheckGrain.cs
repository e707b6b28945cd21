namespace Cluster.Grains.Contracts;

/// <summary>The check of a job that is not submitted. Keyed by the job's id, the same for each time that one request is repeated.</summary>
[Alias("cluster.check")]
internal interface ICheckGrain : IGrainWithStringKey
{
    /// <summary>
    /// Has the job's files read and checked, and waits up to <paramref name="wait"/> for the end; null if it has not come. Repeated, it
    /// only waits; a check that no caller waits for is stopped.
    /// </summary>
    /// <param name="job">A <see cref="Coordinator.Model.JobEntry"/>, unprepared.</param>
    /// <param name="wait">The longest wait.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>A <see cref="WorkResult"/>.</returns>
    [Alias("check")]
    Task<Carried?> CheckAsync(Carried job, TimeSpan wait, CancellationToken cancellationToken);
}
