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

    public Task<CandidateReply> BeginAsync(Assignment assignment, Carried<WorkItem> item, TimeSpan wait) =>
        BeginAsync(() => work.Begin(assignment, item.Value()), wait);

    public Task<CandidateReply> PublishAsync(Assignment assignment, TimeSpan wait) => BeginAsync(() => work.Publish(assignment), wait);

    public async Task<CandidateReply> WaitAsync(TimeSpan wait)
    {
        var reply = IsHere ? await work.WaitAsync(Key, wait) : new CandidateReply(CandidatePhase.Gone);
        if (reply.Phase != CandidatePhase.Running)
        {
            DeactivateOnIdle();
        }

        return reply;
    }

    public async Task StopAsync()
    {
        if (IsHere)
        {
            await work.StopAsync(Key);
        }

        DeactivateOnIdle();
    }

    private async Task<CandidateReply> BeginAsync(Func<BeginReply> begin, TimeSpan wait)
    {
        if (IsHere && begin() is var reply and not BeginReply.Begun)
        {
            DeactivateOnIdle();
            return new CandidateReply(
                CandidatePhase.Refused,
                Problem: reply == BeginReply.Draining ? "it takes nothing new" : "the slot works on something else");
        }

        return await WaitAsync(wait);
    }
}
