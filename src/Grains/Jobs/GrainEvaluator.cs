using Cluster.Coordinator.Model;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Jobs;

/// <summary>The evaluator of a job whose items are measured by nodes.</summary>
internal sealed class GrainEvaluator(GrainAttempts attempts, GrainOptions options) : IEvaluator
{
    private readonly HedgedAttempts _hedged = new(attempts);

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(attempts.Job.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        var carried = Carried.Of(item);
        var (ended, failure) = await _hedged.RunAsync(
            attempt,
            item,
            new GrainWork(
                item.Place,
                item.IsLong ? options.FineTuneLease : options.Lease,
                (work, assignment, wait) => work.BeginAsync(assignment, carried, wait)),
            cancellationToken);
        return failure ?? ended!.Result!.Value.Value();
    }

    public void Recorded(int sequence) => attempts.Recorded(sequence);
}
