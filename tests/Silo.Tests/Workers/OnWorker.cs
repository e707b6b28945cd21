using Cluster.Coordinator.Model;
using Cluster.Plans;

namespace Cluster.Silo.Tests.Workers;

/// <summary>Work of a job on one worker; latencies are made up, so that 8 bits are faster whatever machine this is.</summary>
internal sealed class OnWorker(ChildProcessWorker worker, JobEntry job, string journal) : IEvaluator
{
    public Task<SearchSpace> DescribeAsync(CancellationToken cancellationToken) => Task.FromResult(job.Space);

    public async Task<WorkResult> EvaluateAsync(WorkItem item, Attempt attempt, CancellationToken cancellationToken)
    {
        await attempt.Started("here", "cpu:0");
        switch (item)
        {
            case LatencyItem latency:
                return Latency(latency.Plan);
            case FinalTimingItem together:
                return new FinalTimingResult([.. together.Plans.Select(Latency)]);
            case ProfileItem:
                return new FailedResult(FailureKind.InvalidCandidate, "No profile is made here.");
            case PublishItem:
                return await worker.ExecuteAsync(job, item, FileJournal.ReadOnly(journal), cancellationToken);
        }

        var result = await worker.ExecuteAsync(job, item, cancellationToken);
        return result is LearnedResult { Latency: not null } learned ? learned with { Latency = Latency(learned.Plan) } : result;
    }

    private static LatencyResult Latency(Plan plan) => new()
    {
        PlanDigest = plan.Digest,
        MedianMs = 10 - (5.0 * plan.QuantizedCount / plan.Groups.Count),
        IqrMs = 0.1,
        Count = 10,
        Float32MedianMs = 10,
        Float32IqrMs = 0.1,
        Runtime = "made up",
        Device = "cpu",
        Batch = 4,
        Threads = 1,
    };
}
