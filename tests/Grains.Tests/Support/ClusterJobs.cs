using Cluster.Coordinator.Search.Strategies.Explorations;


namespace Cluster.Grains.Tests.Support;

/// <summary>Runs jobs as a cluster does: failures of machines waited out.</summary>
internal sealed class ClusterJobs : IJobHost
{
    public JobRunnerOptions OptionsFor(JobEntry job) => new() { Workers = 8 };

    public ISearchStrategy StrategyFor(JobEntry job) => SearchStrategies.Of(job.Spec.Options);
}
