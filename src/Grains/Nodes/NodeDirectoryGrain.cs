using Cluster.Grains.Contracts;
using Cluster.Grains.Placement;
using Cluster.Grains.Ports;

namespace Cluster.Grains.Nodes;

/// <summary><see cref="NodeDirectory"/> as a grain. Reentrant, as requests wait in it for slots that other calls free.</summary>
[Reentrant]
[KeepAlive]
[OnCoordinators]
[GrainType("cluster-nodes")]
internal sealed class NodeDirectoryGrain(INodeServices nodes, TimeProvider time, GrainOptions options) : Grain, INodeDirectoryGrain
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

    public Task<NodeStatus?> CordonAsync(string node, bool isCordoned) => ChangeAsync(node, service => service.CordonAsync(isCordoned));

    public Task<NodeStatus?> DrainAsync(string node, TimeSpan grace) => ChangeAsync(node, service => service.DrainAsync(grace));

    public async Task<NodePreparation> PrepareAsync(
        string node, string reading, Carried inputs, Carried options, TimeSpan wait, CancellationToken cancellationToken) =>
        await nodes.FindAsync(node) is { } service
            ? await service.PrepareAsync(reading, inputs, options, wait, cancellationToken)
            : new NodePreparation(IsOver: true, IsGone: true);

    public Task<IReadOnlyList<NodeStatus>> ListAsync() => Task.FromResult(_directory.List());

    private async Task<NodeStatus?> ChangeAsync(string node, Func<INodeService, Task<NodeStatus>> change)
    {
        // Silos without slots are none of its nodes.
        if (Known(node) is null || await nodes.FindAsync(node) is not { } service)
        {
            return null;
        }

        _directory.Announce(await change(service));
        return Known(node);
    }

    private NodeStatus? Known(string node) =>
        _directory.List().FirstOrDefault(known => string.Equals(known.Id, node, StringComparison.Ordinal));
}
