using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Simulation;

namespace Cluster.Grains.Tests.Support;

/// <summary>A synthetic network without any grains.</summary>
internal sealed class DirectEvaluator(SyntheticNetwork network) : IEvaluator
{
    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(network.Space);

    public Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken) =>
        Task.FromResult(network.Evaluate(item));
}
