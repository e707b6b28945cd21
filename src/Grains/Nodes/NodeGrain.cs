using Cluster.Grains.Contracts;
using Cluster.Grains.Placement;

namespace Cluster.Grains.Nodes;

/// <summary><see cref="LocalNode"/> as a grain.</summary>
[Reentrant]
[KeepAlive]
[OnItsNode]
[GrainType("cluster-node")]
internal sealed class NodeGrain(LocalNode node, INodeWork work, TimeProvider time) : Grain, INodeGrain
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

    public Task ForgetAsync(string[] keys)
    {
        if (IsHere)
        {
            work.Forget(keys);
        }
        else
        {
            DeactivateOnIdle();
        }

        return Task.CompletedTask;
    }

    public Task<Assignment[]> KeptAsync(string job)
    {
        if (IsHere)
        {
            return Task.FromResult(work.Kept(job));
        }

        DeactivateOnIdle();
        return Task.FromResult(Array.Empty<Assignment>());
    }

    public async Task<NodeStatus?> CordonAsync(bool isCordoned)
    {
        if (!IsHere)
        {
            DeactivateOnIdle();
            return null;
        }

        node.Cordon(isCordoned);
        await GrainFactory.GetGrain<INodeDirectoryGrain>(0).AnnounceAsync(node.Status);
        return node.Status;
    }

    public async Task<NodeStatus?> DrainAsync(TimeSpan grace)
    {
        var status = await CordonAsync(isCordoned: true);
        if (status is not null)
        {
            // Whoever asks does not wait for what runs: that takes longer than a call may.
            _ = EvictAsync(grace);
        }

        return status;
    }

    private async Task EvictAsync(TimeSpan grace)
    {
        try
        {
            await node.IdleAsync().WaitAsync(grace, time);
        }
        catch (TimeoutException) when (node.Status.IsCordoned)
        {
            await work.StopAllAsync();
        }
        catch (TimeoutException)
        {
            // The drain was taken back.
        }
    }
}
