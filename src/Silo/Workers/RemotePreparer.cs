using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Failures;
using Cluster.Evaluation.Nodes;
using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;

namespace Cluster.Silo.Workers;

/// <summary>Has a node of the cluster read the files, where this server has no slots and no native library.</summary>
internal sealed class RemotePreparer(ClusterNodes nodes) : IJobPreparer
{
    public async Task<PreparedJob> PrepareAsync(JobInputs inputs, JobOptions options, CancellationToken cancellationToken)
    {
        var reply = await nodes.PrepareAsync(inputs, options, cancellationToken);
        return reply switch
        {
            { Refusal: { } refusal } => throw new PreparationException(FaultOf(refusal.Fault), refusal.Field, refusal.Message),
            { Prepared: { } prepared } => prepared.Value<PreparedJob>(),
            _ => throw new GrainProblemException("A node answered without saying what it found: try again."),
        };
    }

    // A node of a later version may have words that this one has not.
    private static PreparationFault FaultOf(string fault) =>
        Enum.TryParse<PreparationFault>(fault, out var known) ? known : PreparationFault.Spec;
}
