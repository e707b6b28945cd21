using Cluster.Coordinator.Model;

namespace Cluster.Silo.Tests.Workers;

/// <summary>Work that needs no journal, as all but publishing.</summary>
internal static class WorkCalls
{
    public static Task<WorkResult> ExecuteAsync(
        this ISlotWorker worker, JobEntry job, WorkItem item, CancellationToken cancellationToken) =>
        worker.ExecuteAsync(job, item, [], cancellationToken);

    public static Task<WorkResult> ExecuteAsync(
        this INodeHost host, int slot, JobEntry job, WorkItem item, CancellationToken cancellationToken) =>
        host.ExecuteAsync(slot, job, item, [], cancellationToken);
}
