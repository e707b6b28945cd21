namespace Cluster.Grains.Nodes;

/// <summary><see cref="NodeDirectory"/> as a grain. Reentrant, because requests wait in it for slots that other calls free.</summary>
[Reentrant]
[KeepAlive]
[OnCoordinators]
[GrainType("cluster-nodes")]
internal sealed class NodeDirectoryGrain(TimeProvider time, GrainOptions options) : Grain, INodeDirectoryGrain
{
    private readonly NodeDirectory _directory = new(time, options);

    public Task AnnounceAsync(NodeStatus status)
    {
        _directory.Announce(status);
        return Task.CompletedTask;
    }

    public Task LeaveAsync(string node)
    {
        _directory.Leave(node);
        return Task.CompletedTask;
    }

    public Task<SlotGrant?> AcquireAsync(SlotRequest request, TimeSpan wait, CancellationToken cancellationToken) =>
        _directory.AcquireAsync(request, wait, cancellationToken);

    public Task<string?> ExplainAsync(SlotRequest request) => Task.FromResult(_directory.Explain(request));

    public Task ReleaseAsync(SlotGrant grant)
    {
        _directory.Release(grant);
        return Task.CompletedTask;
    }
}
