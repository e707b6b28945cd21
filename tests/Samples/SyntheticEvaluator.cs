using System.Collections.Concurrent;

namespace Cluster.Tests;

/// <summary>Answers from a <see cref="SyntheticNetwork"/> and keeps what it was asked; <c>intercept</c> may answer instead.</summary>
internal sealed class SyntheticEvaluator(SyntheticNetwork network, Func<WorkItem, WorkResult?>? intercept = null) : IEvaluator
{
    public ConcurrentQueue<WorkItem> Asked { get; } = new();

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(network.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        await attempt.Started("here", "cpu:0");
        Asked.Enqueue(item);
        return intercept?.Invoke(item) ?? network.Evaluate(item);
    }
}
