using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Evaluation.Gpus;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Nodes;
using Cluster.Silo.Workers;

namespace Cluster.Harness.Synthetic;

/// <summary>Also does jobs on synthetic targets.</summary>
/// <param name="actsPoisoned">Whether poison acts (in a child), or is only reported as the failure it would be.</param>
internal sealed class SyntheticWorkbench(NodeFolders folders, WorkingMemory memory, SlotDevice slot, bool actsPoisoned)
    : Workbench(folders, memory, slot)
{
    private readonly NodeFolders _folders = folders;
    private readonly WorkingMemory? _poisoned = actsPoisoned ? memory : null;

    protected override Task<PreparedResult> PrepareAsync(JobEntry job, CancellationToken cancellation) =>
        SyntheticTarget.Is(job.Spec.Options.Target)
            ? Task.FromResult(SyntheticJob.Prepare(job.Inputs, job.Spec.Options))
            : base.PrepareAsync(job, cancellation);

#pragma warning disable CA2000 // The bench's list of open jobs owns it.
    protected override Task<INodeJob> OpenAsync(JobEntry job, CancellationToken cancellation) =>
        SyntheticTarget.Is(job.Spec.Options.Target)
            ? Task.FromResult<INodeJob>(new SyntheticJob(job.Spec, _folders, _poisoned))
            : base.OpenAsync(job, cancellation);
#pragma warning restore CA2000
}
