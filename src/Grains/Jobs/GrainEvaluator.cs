using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;

namespace Cluster.Grains.Jobs;

/// <summary>The evaluator of a job whose items are measured by nodes.</summary>
internal sealed class GrainEvaluator(GrainAttempts attempts) : IEvaluator
{
    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(attempts.Job.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        var carried = Carried.Of(item);
        var (ended, failure) = await attempts.RunAsync(
            attempt, (work, assignment, wait) => work.BeginAsync(assignment, carried, wait), cancellationToken);
        return failure ?? ended!.Result!.Value.Value();
    }
}
