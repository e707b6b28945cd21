using Cluster.Coordinator.Model;
using Cluster.Coordinator.Results;
using Cluster.Coordinator.Running;
using Cluster.Coordinator.Search;
using Cluster.Grains.Ports;

namespace Cluster.Bench.Throughput;

/// <summary>Runs the benchmark's job, wherever its grain is.</summary>
internal sealed class ThroughputJobs(int candidates, int inFlight) : IJobHost
{
    public bool IsUnattended => true;

    public JobRunnerOptions OptionsFor(JobEntry job) => new() { Workers = inFlight, Distributed = true };

    public ISearchStrategy StrategyFor(JobEntry job) => new ManyCandidates(candidates);

    public void Ended(JobEntry job, JobOutcome? outcome, Exception? failure)
    {
        // The journal tells.
    }
}
