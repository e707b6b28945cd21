using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Nodes;
using Cluster.Grains.Nodes;
using Cluster.Silo.Workers;

namespace Cluster.Silo.Hosting;

/// <summary>
/// Has a job's files read here, or, where no slot of this silo runs the job's target, on a node that has one: the class of its GPU is
/// part of what the job is.
/// </summary>
internal sealed class PlacedPreparer(SlotHost here, ClusterNodes nodes) : IJobPreparer
{
    public async Task<PreparedJob> PrepareAsync(JobInputs inputs, JobOptions options, CancellationToken cancellationToken) =>
        SlotOffer.IsTarget(options.Target)
            && !here.Runs(options.Target)
            && await nodes.HasAsync(options.Target, cancellationToken)
            ? await new RemotePreparer(nodes).PrepareAsync(inputs, options, cancellationToken)
            : await here.PrepareAsync(inputs, options, cancellationToken);
}
