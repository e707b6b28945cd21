using Cluster.Grains.Contracts;
using Cluster.Grains.Placement;

namespace Cluster.Grains.Nodes;

/// <summary><see cref="LocalNode"/> as a grain.</summary>
[Reentrant]
[KeepAlive]
[OnItsNode]
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
