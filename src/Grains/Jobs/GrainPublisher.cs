using Cluster.Coordinator.Ports;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Jobs;

/// <summary>The publisher of a job whose files are made by a node.</summary>
internal sealed class GrainPublisher(GrainAttempts attempts, GrainOptions options) : IPublisher
{
    public async Task<Publication> PublishAsync(Attempt attempt, CancellationToken cancellationToken)
    {
        var (ended, failure) = await attempts.RunAsync(
            attempt,
            new GrainWork(
                WorkPlace.Target, options.Lease, static (node, assignment, wait, stop) => node.PublishAsync(assignment, wait, stop)),
            new AttemptCourse(attempts.Time),
            cancellationToken);
        return failure is null ? ended!.Publication!.Value.Value<Publication>() : new Publication([], failure);
    }
}
