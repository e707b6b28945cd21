using Cluster.Coordinator.Model;
using Cluster.Coordinator.Model.Options;
using Cluster.Evaluation.Inputs;
using Cluster.Evaluation.Nodes;
using Cluster.Silo.Workers;

namespace Cluster.Harness.Synthetic;

/// <summary>Jobs on synthetic targets.</summary>
/// <param name="ActsPoisoned">Whether poison acts (in a child), or is only reported as the failure it would be.</param>
internal sealed record SyntheticJobKind(bool ActsPoisoned) : IJobKind
{
    public static SyntheticJobKind Told { get; } = new(ActsPoisoned: false);

    public bool Has(string target) => SyntheticTarget.Is(target);

    public PreparedResult Prepare(JobInputs inputs, JobOptions options) => SyntheticJob.Prepare(inputs, options);

    public INodeJob Open(JobSpec spec, NodeFolders folders, WorkingMemory memory) =>
        new SyntheticJob(spec, folders, ActsPoisoned ? memory : null);
}
