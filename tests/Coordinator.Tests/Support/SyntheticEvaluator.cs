using System.Collections.Concurrent;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;

namespace Cluster.Coordinator.Tests.Support;

/// <summary>Answers from a <see cref="SyntheticNetwork"/> and keeps what it was asked; <c>intercept</c> may answer instead.</summary>
internal sealed class SyntheticEvaluator(SyntheticNetwork network, Func<WorkItem, WorkResult?>? intercept = null) : IEvaluator
{
    public ConcurrentQueue<WorkItem> Asked { get; } = new();

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(network.Space);

    public Task<WorkResult> EvaluateAsync(WorkItem item, CancellationToken cancellationToken)
    {
        Asked.Enqueue(item);
        return Task.FromResult(intercept?.Invoke(item) ?? network.Evaluate(item));
    }
}
