using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;

namespace Cluster.Grains.Ports;

/// <summary>How a silo's job grains run their jobs. Implemented by the program.</summary>
public interface IJobHost
{
    /// <summary>
    /// Reads and checks the files of a job that was accepted unprepared, which may take long. What is not the job's fault
    /// is thrown, and tried again later.
    /// </summary>
    /// <exception cref="IOException">Files of this machine cannot be read or written.</exception>
    Task<PreparationOutcome> PrepareAsync(JobEntry job, CancellationToken cancellationToken) =>
        throw new NotSupportedException("Jobs of this host come prepared.");

    /// <summary>What a run of the job may use.</summary>
    /// <exception cref="JobException">It cannot be had; the job is not begun.</exception>
    JobRunnerOptions OptionsFor(JobEntry job);

    /// <summary>The strategy that the job's spec asks for.</summary>
    ISearchStrategy StrategyFor(JobEntry job);

    /// <summary>
    /// Told how a run of a job ended here: with what it found, null where it was cancelled or only stopped, or with why
    /// it failed.
    /// </summary>
    void Ended(JobEntry job, JobOutcome? outcome, Exception? failure);

    /// <summary>
    /// Whether nobody watches (a cluster): a fault suspends the job, which is tried again by itself, and a job that
    /// cannot be done fails. Otherwise the run ends, and its user repairs what is wrong and runs it again.
    /// </summary>
    bool IsUnattended { get; }
}
