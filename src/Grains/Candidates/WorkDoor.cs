using Cluster.Grains.Contracts;
using Cluster.Grains.Nodes;
using Cluster.Grains.Placement;

namespace Cluster.Grains.Candidates;

/// <summary>What the grains of tries have in common: one key's way to this silo's <see cref="LocalWork"/>.</summary>
/// <param name="key">The try's key, which begins with its node.</param>
/// <param name="deactivate">Lets the activation go: there is nothing more to ask it.</param>
internal sealed class WorkDoor(string key, LocalNode node, LocalWork work, Action deactivate)
{
    private bool IsHere => string.Equals(NodeKey.NodeOf(key), node.Id, StringComparison.Ordinal);

    public async Task<CandidateReply> BeginAsync(Assignment assignment, TimeSpan wait)
    {
        if (IsHere && work.Begin(assignment) is var reply and not BeginReply.Begun)
        {
            deactivate();
            return new CandidateReply(CandidatePhase.Refused, Problem: reply == BeginReply.Draining ? "it takes nothing new" : "the slot works on something else");
        }

        return await WaitAsync(wait);
    }

    public async Task<CandidateReply> WaitAsync(TimeSpan wait)
    {
        var reply = IsHere ? await work.WaitAsync(key, wait) : new CandidateReply(CandidatePhase.Gone);
        if (reply.Phase != CandidatePhase.Running)
        {
            deactivate();
        }

        return reply;
    }

    public async Task StopAsync()
    {
        if (IsHere)
        {
            await work.StopAsync(key);
        }

        deactivate();
    }
}
