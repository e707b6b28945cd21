using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;
using Cluster.Grains.Placement;

namespace Cluster.Grains.Candidates;

/// <summary>One try at a step of a job's reconstruction, as a door to this silo's <see cref="LocalWork"/>.</summary>
[Reentrant]
[OnItsNode]
[GrainType("cluster-reconstruction")]
internal sealed class ReconstructionGrain(LocalNode node, LocalWork work) : Grain, IReconstructionGrain
{
    private WorkDoor Door => new(this.GetPrimaryKeyString(), node, work, DeactivateOnIdle);

    public Task<CandidateReply> BeginAsync(Assignment assignment, TimeSpan wait) => Door.BeginAsync(assignment, wait);

    public Task<CandidateReply> WaitAsync(TimeSpan wait) => Door.WaitAsync(wait);

    public Task StopAsync() => Door.StopAsync();
}
