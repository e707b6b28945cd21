using Cluster.Coordinator.Search;

namespace Cluster.Grains.Ports;

/// <summary>The silo-specific part of running jobs. Implemented by the program.</summary>
public interface IJobHost
{
    /// <summary>The resources of a job's run.</summary>
    /// <exception cref="JobException">They are not available; the job is not started.</exception>
    JobRunnerOptions OptionsFor(JobEntry job);

    /// <summary>The strategy of the job's spec.</summary>
    ISearchStrategy StrategyFor(JobEntry job);
}
