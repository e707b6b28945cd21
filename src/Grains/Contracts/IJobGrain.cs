using Cluster.Coordinator.Running;

namespace Cluster.Grains.Contracts;

/// <summary>
/// A job's coordinator: owns its journal and runs its loop. Keyed by the job's id. Calls end within seconds; waiting is
/// bounded by the caller, and ends with its token.
/// </summary>
[Alias("cluster.job")]
public interface IJobGrain : IGrainWithStringKey
{
    /// <summary>Begins or resumes the job's loop if it does not run and the job is not over. Calling it again changes nothing.</summary>
    [Alias("ensureRunning")]
    Task<JobReply> EnsureRunningAsync();

    /// <summary>
    /// Where the job's preparation is; waits up to <paramref name="wait"/> (at most 10 s) for its end. A job that came
    /// prepared, or does not exist, is over with it.
    /// </summary>
    [Alias("prepared")]
    Task<PreparationReply> PreparedAsync(TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>
    /// The journal's records from a number on, at most <paramref name="limit"/>; where there is none yet, waits up to
    /// <paramref name="wait"/> (at most 10 s) for one, then gives none. Null where there is no such job.
    /// </summary>
    [Alias("read")]
    Task<RecordPage?> ReadAsync(long from, int limit, TimeSpan wait, CancellationToken cancellationToken);

    /// <summary>Where the running job is, as <see cref="JobProgress"/>, or null where it does not run here.</summary>
    [Alias("progress")]
    Task<Carried?> GetProgressAsync();

    /// <summary>Begins nothing new until resumed.</summary>
    [Alias("pause")]
    Task<JobReply> PauseAsync();

    /// <summary>Goes on.</summary>
    [Alias("resume")]
    Task<JobReply> ResumeAsync();

    /// <summary>Ends the job without a result.</summary>
    [Alias("cancel")]
    Task<JobReply> CancelAsync(string reason);

    /// <summary>Ends the search and publishes the best that it has found; ends the job without a result where there is none.</summary>
    [Alias("finish")]
    Task<JobReply> FinishAsync(string reason);

    /// <summary>
    /// Stops the loop and lets the journal go; the job itself is not changed and can be resumed by
    /// <see cref="EnsureRunningAsync"/>.
    /// </summary>
    [Alias("stop")]
    Task StopAsync();
}
