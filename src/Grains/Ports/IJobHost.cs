using Cluster.Coordinator.Model;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Plans;

namespace Cluster.Grains.Ports;

/// <summary>How a silo's job grains run their jobs. Implemented by the program.</summary>
public interface IJobHost
{
    /// <summary>What a run of the job may use.</summary>
    /// <exception cref="JobException">It cannot be had; the job is not begun.</exception>
    JobRunnerOptions OptionsFor(JobEntry job);

    /// <summary>The strategy that the job's spec asks for.</summary>
    ISearchStrategy StrategyFor(JobEntry job);
}
