using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Failures;
using Cluster.Evaluation.Nodes;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;
using Cluster.Silo.Workers;

namespace Cluster.Silo.Hosting;

/// <summary>Prepares accepted jobs: what a preparer refuses is the job's fault, what else it throws is not.</summary>
internal static class JobPreparations
{
    public static async Task<PreparationOutcome> RunAsync(IJobPreparer preparer, JobEntry job, CancellationToken cancellationToken)
    {
        var (prepared, refusal) = await ReadAsync(preparer, job.Inputs, job.Spec.Options, cancellationToken);
        return new PreparationOutcome { Spec = prepared?.Spec, Space = prepared?.Space, Refusal = refusal };
    }

    /// <summary>The same on a node that does it for a server without one.</summary>
    public static async Task<NodePreparation> OnNodeAsync(
        IJobPreparer preparer, JobInputs inputs, JobOptions options, CancellationToken cancellationToken)
    {
        var (prepared, refusal) = await ReadAsync(preparer, inputs, options, cancellationToken);
        return new NodePreparation(IsOver: true, Prepared: prepared is null ? null : Carried.Of(prepared), Refusal: refusal);
    }

    private static async Task<(PreparedJob? Prepared, PreparationRefusal? Refusal)> ReadAsync(
        IJobPreparer preparer, JobInputs inputs, JobOptions options, CancellationToken cancellationToken)
    {
        try
        {
            return (await preparer.PrepareAsync(inputs, options, cancellationToken), null);
        }
        catch (PreparationException refusal)
        {
            return Refused($"{refusal.Fault}", refusal.SpecField, refusal);
        }
        catch (Exception refusal) when (Refusals.IsRefusal(refusal) && !DiskFull.Is(refusal))
        {
            return Refused(refusal is JobException ? $"{PreparationFault.Spec}" : $"{PreparationFault.Model}", string.Empty, refusal);
        }
    }

    private static (PreparedJob?, PreparationRefusal?) Refused(string fault, string field, Exception refusal) =>
        (null, new PreparationRefusal(fault, field, refusal.Message));
}
