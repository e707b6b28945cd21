namespace Cluster.Grains.Hosting;

/// <summary>The access to what only this silo has: <see cref="LocalNode"/>, <see cref="LocalWork"/>.</summary>
internal sealed class NodeService(
    GrainId id,
    Orleans.Runtime.Silo silo,
    ILoggerFactory logs,
    LocalNode node,
    LocalWork work,
    TimeProvider time) : GrainService(id, silo, logs), INodeService
{
    public Task<Assignment[]> KeptAsync(string job) => Task.FromResult(work.Kept(job));

    public Task ForgetAsync(string[] keys)
    {
        work.Forget(keys);
        return Task.CompletedTask;
    }

    public Task<NodeStatus> StatusAsync() => Task.FromResult(node.Status);

    public Task<NodeStatus> CordonAsync(bool isCordoned)
    {
        node.Cordon(isCordoned);
        return Task.FromResult(node.Status);
    }

    public Task<NodeStatus> DrainAsync(TimeSpan grace)
    {
        node.Cordon(isCordoned: true);

        // The caller does not wait for running work, which takes longer than a call may.
        _ = EvictAsync(grace);
        return Task.FromResult(node.Status);
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
            // The drain was undone.
        }
    }
}
