using Cluster.Coordinator.Model;

namespace Cluster.Silo.Tests.Workers;

/// <summary>Has a job's items done by one slot.</summary>
internal sealed class WorkerEvaluator(ISlotWorker worker, JobEntry job) : IEvaluator
{
    public List<FailedResult> Failures { get; } = [];

    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(job.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        await attempt.Started("here", "cpu:0");
        var result = await worker.ExecuteAsync(job, item, cancellationToken);
        if (result is FailedResult failure)
        {
            Failures.Add(failure);
        }

        return result;
    }
}
