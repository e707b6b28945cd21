namespace Cluster.Coordinator.Tests.Support;

/// <summary>Answers as <c>play</c> says, or from the network where that gives nothing.</summary>
internal sealed class PlayedEvaluator(
    SyntheticNetwork network, Func<WorkItem, Attempt, CancellationToken, Task<WorkResult?>> play, SearchSpace? space = null) : IEvaluator
{
    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(space ?? network.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken) =>
        await play(item, attempt, cancellationToken) ?? network.Evaluate(item);
}
