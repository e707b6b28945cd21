using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Ports;
using Cluster.Plans;

namespace Cluster.Grains.Nodes;

/// <summary>
/// Reads the files of new jobs: on this silo, or, if it has no slot that runs the job's target, on a node that has one, because the class
/// of its device is part of the job.
/// </summary>
/// <param name="nodes">The cluster's nodes.</param>
/// <param name="here">This silo's; null on a gateway.</param>
public sealed class JobPreparer(ClusterNodes nodes, INodeHost? here = null)
{
    /// <summary>A <see cref="PreparedResult"/> or a <see cref="RefusedResult"/>; faults outside the job are thrown.</summary>
    /// <exception cref="IOException">A disk is full.</exception>
    /// <exception cref="GrainProblemException">It could not be determined: try again.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public async Task<WorkResult> PrepareAsync(JobEntry job, CancellationToken cancellationToken)
    {
        var result = await IsForHereAsync(job.Spec.Options.Target, cancellationToken)
            ? await here!.PrepareAsync(job, cancellationToken)
            : await nodes.PrepareAsync(job, cancellationToken);
        return result switch
        {
            PreparedResult or RefusedResult { Fault: not JobFault.Disk } => result,
            RefusedResult full => throw DiskFull.Error(full.Message),
            FailedResult { Kind: FailureKind.Unavailable } lost => throw new GrainProblemException(lost.Reason) { IsForPeople = true },
            FailedResult failed => new RefusedResult(
                JobFault.Content, string.Empty, $"The job's files could not be checked: {failed.Reason}"),
            _ => throw new InvalidOperationException($"A {result.GetType().Name} is no answer to the reading of a job's files."),
        };
    }

    private async Task<bool> IsForHereAsync(string target, CancellationToken cancellationToken) => here is { Slots.Count: > 0 }
        && (ClusterNodes.Runs(here.Slots, target) || !await nodes.HasAsync(target, cancellationToken));
}
