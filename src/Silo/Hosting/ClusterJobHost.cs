using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Coordinator.Search.Strategies;
using Cluster.Grains.Ports;

namespace Cluster.Silo.Hosting;

/// <summary>
/// Runs a cluster's jobs: nodes do the work, lost machines are waited for, faults of coordination too, and a job that cannot be done fails.
/// </summary>
internal sealed class ClusterJobHost(GrainOptions grains, IEvaluationCache? cache) : IJobHost
{
    public bool IsUnattended => true;

    public JobRunnerOptions OptionsFor(JobEntry job) => new()
    {
        Workers = grains.AttemptsPerJob,
        Cache = cache,
        Distributed = true,
    };

    public ISearchStrategy StrategyFor(JobEntry job) => SearchStrategies.Of(job.Spec.Options);

    public void Ended(JobEntry job, JobOutcome? outcome, Exception? failure)
    {
    }
}
