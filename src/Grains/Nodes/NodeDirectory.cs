using Cluster.Grains.Contracts;
using Cluster.Grains.Hosting;

namespace Cluster.Grains.Nodes;

/// <summary>
/// Who is there and who has which slot. Not thread-safe: its grain calls it turn by turn. Slots go to the job that has the fewest, among its
/// requests to the oldest, on a node that already holds what the work needs where there is one.
/// </summary>
internal sealed class NodeDirectory(TimeProvider time, GrainOptions options)
{
    private readonly SortedDictionary<string, NodeRecord> _nodes = new(StringComparer.Ordinal);
    private readonly List<SlotWaiter> _waiters = [];
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private long _grants;
    private long _order;

    /// <summary>Requests that wait for a slot.</summary>
    public int Waiting => _waiters.Count;

    public void Announce(NodeStatus status)
    {
        if (!_nodes.TryGetValue(status.Id, out var node))
        {
            _nodes[status.Id] = node = new NodeRecord(status);
        }

        node.Update(status, time.GetUtcNow(), GrantGrace);
        Serve();
    }

    public void Leave(string id)
    {
        if (_nodes.Remove(id, out var node))
        {
            Serve();
        }
    }

    public void Release(SlotGrant grant)
    {
        if (_nodes.TryGetValue(grant.Node, out var node) && node.Release(grant))
        {
            Serve();
        }
    }

    public IReadOnlyList<NodeStatus> List()
    {
        var now = time.GetUtcNow();
        return _nodes.Values.Where(node => now - node.SeenAt < ForgottenAfter).Select(node => node.Status with { SeenAt = node.SeenAt, IsSuspect = IsSuspect(node, now) }).ToArray();
    }

    public async Task<SlotGrant?> AcquireAsync(SlotRequest request, TimeSpan wait)
    {
        var waiter = new SlotWaiter(request, _order++);
        _waiters.Add(waiter);
        Serve();
        if (!waiter.Granted.Task.IsCompleted)
        {
            using var ended = new CancellationTokenSource();
            await Task.WhenAny(waiter.Granted.Task, Task.Delay(wait, time, ended.Token));
            await ended.CancelAsync();
        }

        _waiters.Remove(waiter);
        if (!waiter.Granted.Task.IsCompleted)
        {
            foreach (var node in _nodes.Values.Where(node => node.ReservedFor == waiter))
            {
                node.ReservedFor = null;
            }

            return null;
        }

        return await waiter.Granted.Task;
    }

    // A grant that its node does not know this long after it was made never arrived there.
    private TimeSpan GrantGrace => 5 * options.AnnounceEvery;

    private TimeSpan ForgottenAfter => 30 * options.AnnounceEvery;

    private bool IsSuspect(NodeRecord node, DateTimeOffset now) => now - node.SeenAt > 3 * options.AnnounceEvery;

    private void Serve()
    {
        while (_waiters.Count > 0)
        {
            Count();
            var served = _waiters
                .OrderBy(waiter => _held.GetValueOrDefault(waiter.Request.Job)).ThenBy(waiter => waiter.Order)
                .FirstOrDefault(TryServe);
            if (served is null)
            {
                return;
            }

            _waiters.Remove(served);
        }
    }

    private void Count()
    {
        _held.Clear();
        foreach (var slot in _nodes.Values.SelectMany(node => node.Slots))
        {
            if (slot.Job is { } job)
            {
                _held[job] = _held.GetValueOrDefault(job) + 1;
            }
        }
    }

    private bool TryServe(SlotWaiter waiter)
    {
        var now = time.GetUtcNow();
        var usable = _nodes.Values.Where(node => !node.Status.IsDraining && !IsSuspect(node, now) && !node.RunsAlone).ToArray();
        return waiter.Request.Alone ? TryServeAlone(waiter, usable, now) : TryServeAny(waiter, usable, now);
    }

    private bool TryServeAny(SlotWaiter waiter, NodeRecord[] usable, DateTimeOffset now)
    {
        var node = usable
            .Where(node => node.ReservedFor is null && node.FirstFree(waiter.Request.DeviceClass) is not null)
            .OrderByDescending(node => waiter.Request.Affinity.Length > 0 && node.Status.Holds.Contains(waiter.Request.Affinity, StringComparer.Ordinal))
            .ThenByDescending(node => node.Free)
            .FirstOrDefault();
        return node is not null && Grant(waiter, node, now);
    }

    // A node is kept free for it until everything that runs there has ended.
    private bool TryServeAlone(SlotWaiter waiter, NodeRecord[] usable, DateTimeOffset now)
    {
        var fitting = usable.Where(node => node.Has(waiter.Request.DeviceClass)).ToArray();
        var node = Array.Find(fitting, node => node.ReservedFor == waiter) ?? fitting.Where(node => node.ReservedFor is null).MinBy(node => node.Slots.Count - node.Free);
        if (node is null)
        {
            return false;
        }

        node.ReservedFor = waiter;
        if (node.Free < node.Slots.Count)
        {
            return false;
        }

        node.ReservedFor = null;
        return Grant(waiter, node, now);
    }

    private bool Grant(SlotWaiter waiter, NodeRecord node, DateTimeOffset now)
    {
        var slot = node.FirstFree(waiter.Request.DeviceClass)!;
        // The time keeps numbers of this directory apart from those of one that was lost.
        var grant = new SlotGrant($"{now.ToUnixTimeMilliseconds():x}-{_grants++:x}", node.Status.Id, slot.Index, slot.Device);
        slot.Take(grant.Id, waiter.Request.Job, waiter.Request.Alone, now);
        waiter.Granted.SetResult(grant);
        return true;
    }
}
