using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;
using Cluster.Grains.Placement;

namespace Cluster.Grains.Candidates;

/// <summary>One attempt, as a door to this silo's <see cref="LocalWork"/>.</summary>
[Reentrant]
[OnItsNode]
[GrainType("cluster-work")]
internal sealed class WorkGrain(LocalNode node, LocalWork work) : Grain, IWorkGrain
{
    private string Key => this.GetPrimaryKeyString();

    private bool IsHere => string.Equals(NodeKey.NodeOf(Key), node.Id, StringComparison.Ordinal);

    public Task<CandidateReply> BeginAsync(Assignment assignment, Carried item, TimeSpan wait) =>
        HereAsync(() => work.BeginAsync(assignment, item.Value<WorkItem>(), wait));

    public Task<CandidateReply> PublishAsync(Assignment assignment, TimeSpan wait) => HereAsync(() => work.PublishAsync(assignment, wait));

    public Task<CandidateReply> WaitAsync(TimeSpan wait) => HereAsync(() => work.WaitAsync(Key, wait));

    public async Task StopAsync()
    {
        if (IsHere)
        {
            await work.StopAsync(Key);
        }

        DeactivateOnIdle();
    }

    private async Task<CandidateReply> HereAsync(Func<Task<CandidateReply>> ask)
    {
        var reply = IsHere ? await ask() : new CandidateReply(CandidatePhase.Gone);
        if (reply.Phase != CandidatePhase.Running)
        {
            DeactivateOnIdle();
        }

        return reply;
    }
}
