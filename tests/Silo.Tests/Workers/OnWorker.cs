using Cluster.Coordinator.Model;
using Cluster.Coordinator.Plans;
using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Silo.Workers;
using Cluster.Storage.Files;

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
            case ProfileItem:
                return new FailedResult(FailureKind.InvalidCandidate, "No profile is made here.");
        }

        var result = await worker.ExecuteAsync(job, item, item is PublishItem ? FileJournal.ReadOnly(journal) : null, cancellationToken);
        return result switch
        {
            FineTuneResult { Latency: not null } tuned => tuned with { Latency = Latency(tuned.Plan) },
            ReconstructResult { Latency: not null } rebuilt => rebuilt with { Latency = Latency(rebuilt.Plan) },
            _ => result,
        };
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
