using Orleans.Concurrency;

namespace Cluster.Grains.Nodes;

/// <summary>See <see cref="INodesGrain"/>.</summary>
[Reentrant]
[StatelessWorker(1)]
[GrainType("cluster-all-nodes")]
internal sealed class NodesGrain(INodeServices nodes, TimeProvider time) : Grain, INodesGrain
{
    // A node has its status ready: one that does not answer within this time hangs, or is out of reach.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5);

    private readonly Dictionary<string, NodeStatus> _heard = new(StringComparer.Ordinal);

    public async Task<IReadOnlyList<NodeStatus>> ListAsync(CancellationToken cancellationToken)
    {
        var names = nodes.Names;
        foreach (var gone in _heard.Keys.Except(names, StringComparer.Ordinal).ToArray())
        {
            _heard.Remove(gone);
        }

        var found = await Task.WhenAll(names.Select(name => AskAsync(name, cancellationToken)));
        return [.. found.OfType<NodeStatus>().OrderBy(node => node.Id, StringComparer.Ordinal)];
    }

    public Task<NodeStatus?> CordonAsync(string node, bool isCordoned) => ChangeAsync(node, service => service.CordonAsync(isCordoned));

    public Task<NodeStatus?> DrainAsync(string node, TimeSpan grace) => ChangeAsync(node, service => service.DrainAsync(grace));

    // Null if the silo has no slots, or left meanwhile.
    private async Task<NodeStatus?> AskAsync(string name, CancellationToken cancellationToken)
    {
        try
        {
            return await nodes.FindAsync(name) is { } service
                ? Heard(await service.StatusAsync().WaitAsync(Patience, time, cancellationToken))
                : null;
        }
#pragma warning disable CA1031 // Timeouts, broken connections: no list would be complete.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var last = _heard.GetValueOrDefault(name) ?? new NodeStatus { Id = name, Version = string.Empty, Slots = [] };
            return last with { IsSuspect = true };
        }
    }

    private NodeStatus? Heard(NodeStatus status) =>
        status.Slots.Count == 0 ? null : _heard[status.Id] = status with { SeenAt = time.GetUtcNow() };

    private async Task<NodeStatus?> ChangeAsync(string node, Func<INodeService, Task<NodeStatus>> change)
    {
        if (!nodes.Names.Contains(node, StringComparer.Ordinal) || await nodes.FindAsync(node) is not { } service)
        {
            return null;
        }

        var changed = Heard(await change(service));
        if (changed is not null)
        {
            // Reported at once and not awaited: the node itself reports it soon, too.
            GrainFactory.GetGrain<INodeDirectoryGrain>(0).AnnounceAsync(changed).Ignore();
        }

        return changed;
    }
}
