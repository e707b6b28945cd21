using Cluster.Coordinator;
using Cluster.Coordinator.Model;
using Cluster.Evaluation.Failures;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;
using Cluster.Silo.Workers;

namespace Cluster.Silo.Hosting;

/// <summary>Prepares accepted jobs: what a preparer refuses is the job's fault, what else it throws is not.</summary>
internal static class JobPreparations
{
    public static async Task<PreparationOutcome> RunAsync(IJobPreparer preparer, JobEntry job, CancellationToken cancellationToken)
    {
        try
        {
            var prepared = await preparer.PrepareAsync(job.Inputs, job.Spec.Options, cancellationToken);
            return new PreparationOutcome { Spec = prepared.Spec, Space = prepared.Space };
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

    private static PreparationOutcome Refused(string fault, string field, Exception refusal) =>
        new() { Refusal = new PreparationRefusal(fault, field, refusal.Message) };
}
