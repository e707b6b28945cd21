namespace Cluster.Grains.Contracts;

/// <summary>
/// A job's coordinator: owns its journal and runs its loop. Keyed by the job's id. Calls end within seconds; waiting is
/// bounded by the caller, and ends with its token.
/// </summary>
[Alias("cluster.job")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Starts or resumes the job's loop if it does not run and the job has not ended. Calling it again changes nothing.</summary>
    [Alias("ensureRunning")]
    Task<JobReply> EnsureRunningAsync();

    /// <summary>
    /// The state of the job's preparation; waits up to <paramref name="wait"/> (at most 10 s) for its end. For a job that was already
    /// prepared, or does not exist, it has ended.
    /// </summary>
    [Alias("prepared")]
    Task<PreparationReply> PreparedAsync(TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// The journal's records from a number on, at most <paramref name="limit"/>; if there is none yet, waits up to <paramref name="wait"/>
    /// (at most 10 s) for one, then returns none. Null if there is no such job.
    /// </summary>
    [Alias("read")]
    Task<RecordPage?> ReadAsync(long from, int limit, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>The running job's <see cref="JobProgress"/>, or null if it does not run here.</summary>
    [Alias("progress")]
    Task<Carried?> GetProgressAsync();

    /// <summary>Starts no new work until resumed.</summary>
    [Alias("pause")]
    Task<JobReply> PauseAsync();

    /// <summary>Resumes the job.</summary>
    [Alias("resume")]
    Task<JobReply> ResumeAsync();

    /// <summary>Gives a job the labels that it waits for.</summary>
    /// <param name="labels">A <see cref="Coordinator.Journal.LabelsGiven"/>, which fits what the job asked for.</param>
    [Alias("label")]
    Task<JobReply> LabelAsync(Carried labels);

    /// <summary>Ends the job without a result.</summary>
    [Alias("cancel")]
    Task<JobReply> CancelAsync(string reason);

    /// <summary>Ends the search and publishes the best plan so far; ends the job without a result if there is none.</summary>
    [Alias("finish")]
    Task<JobReply> FinishAsync(string reason);

    /// <summary>
    /// Stops the loop and releases the journal; the job itself does not change and can be resumed by <see cref="EnsureRunningAsync"/>.
    /// </summary>
    [Alias("stop")]
    Task StopAsync();
}
