using Cluster.Grains.Contracts;

namespace Cluster.Grains.Nodes;

/// <summary><see cref="LocalNode"/> as a grain: placed on its own silo by that silo's first call, and nowhere else of any use.</summary>
[Reentrant]
[KeepAlive]
[PreferLocalPlacement]
[GrainType("cluster-node")]
internal sealed class NodeGrain(LocalNode node) : Grain, INodeGrain
{
    private bool IsHere => string.Equals(this.GetPrimaryKeyString(), node.Id, StringComparison.Ordinal);

    public Task<NodeStatus?> GetAsync()
    {
        if (IsHere)
        {
            return Task.FromResult<NodeStatus?>(node.Status);
        }

        DeactivateOnIdle();
        return Task.FromResult<NodeStatus?>(null);
    }

    public async Task<BeginReply> BeginAsync(Assignment assignment)
    {
        if (!IsHere)
        {
            DeactivateOnIdle();
            return BeginReply.Gone;
        }

        var reply = node.TryOccupy(assignment);
        if (reply == BeginReply.Begun)
        {
            try
            {
                // Its first call comes from here, so it is placed here.
                await GrainFactory.GetGrain<ICandidateGrain>(assignment.Key).BeginAsync(assignment);
            }
            catch
            {
                node.Free(assignment.Grant);
                throw;
            }
        }

        return reply;
    }

    public async Task DrainAsync()
    {
        if (IsHere)
        {
            // Whoever asks does not wait for what runs: that takes longer than a call may.
            _ = node.DrainAsync();
            await GrainFactory.GetGrain<INodeDirectoryGrain>(0).AnnounceAsync(node.Status);
        }
    }
}
