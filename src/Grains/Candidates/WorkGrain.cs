using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;
using Cluster.Grains.Placement;

namespace Cluster.Grains.Candidates;

/// <summary>One attempt, as a door to this silo's <see cref="LocalWork"/>.</summary>
[Reentrant]
[OnItsNode]
internal abstract class WorkGrain(LocalNode node, LocalWork work) : Grain, IWorkGrain
{
    private string Key => this.GetPrimaryKeyString();

    private bool IsHere => string.Equals(NodeKey.NodeOf(Key), node.Id, StringComparison.Ordinal);

    public async Task<CandidateReply> BeginAsync(Assignment assignment, TimeSpan wait)
    {
        if (IsHere && work.Begin(assignment) is var reply and not BeginReply.Begun)
        {
            DeactivateOnIdle();
            return new CandidateReply(
                CandidatePhase.Refused,
                Problem: reply == BeginReply.Draining ? "it takes nothing new" : "the slot works on something else");
        }

        return await WaitAsync(wait);
    }

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
}
