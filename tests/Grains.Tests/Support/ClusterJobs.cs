using Cluster.Coordinator.Model;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Tests.Support;

/// <summary>Runs jobs as a cluster does: failures of machines waited out.</summary>
internal sealed class ClusterJobs : IJobHost
{
    public bool IsUnattended { get; init; } = true;

    public bool Distributed { get; init; } = true;

    public JobRunnerOptions OptionsFor(JobEntry job) => new() { Workers = 8, Distributed = Distributed };

    public ISearchStrategy StrategyFor(JobEntry job) => SearchStrategies.Of(job.Spec.Options);

    public void Ended(JobEntry job, JobOutcome? outcome, Exception? failure)
    {
    }
}
