namespace Cluster.Grains.Nodes;

/// <summary>
/// The current nodes and the holders of their slots. Not thread-safe: its grain calls it turn by turn. A slot goes to the tenant that has
/// the fewest; of several, to the one that has waited longest for its turn; among its jobs by the same rule; among a job's requests, to the
/// oldest; preferably on a node that already holds the work's data. Speculative work comes last, and leaves some slots free for the next
/// requests.
/// </summary>
internal sealed class NodeDirectory(TimeProvider time, GrainOptions options)
{
    // The longest wait of a request; below the silos' response timeout.
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(8);

    private readonly SteadyClock _clock = new(time);
    private readonly SortedDictionary<string, NodeRecord> _nodes = new(StringComparer.Ordinal);
    private readonly List<SlotWaiter> _waiters = [];
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _heldByTenant = new(StringComparer.Ordinal);
    private readonly HashSet<(string Versions, string Needs, bool Alone, int Rank, string Job)> _hopeless = [];
    private readonly Turns _turns = new();
    private readonly Turns _turnsOfTenants = new();
    private long _grants;

    /// <summary>Number of requests that wait for a slot.</summary>
    public int Waiting => _waiters.Count;

    public void Announce(NodeStatus status)
    {
        if (!_nodes.TryGetValue(status.Id, out var node))
        {
            _nodes[status.Id] = node = new NodeRecord(status);
        }

        node.Update(status, _clock.Now, GrantGrace);
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

    /// <summary>Why no current node could ever serve a request, or null if one can, now or later.</summary>
    public string? Explain(SlotRequest request)
    {
        var usable = Usable(_clock.Now);
        if (usable.Any(node => node.Suits(request)))
        {
            return null;
        }

        var others = _nodes.Values.ToArray();
        var reasons = others.GroupBy(node => WhyNot(node, usable.Contains(node), request))
            .OrderBy(reason => reason.Key, StringComparer.Ordinal)
            .Select(reason => $"{reason.Count()} {reason.Key}");
        return others.Length == 0
            ? "There is no node."
            : $"Of {others.Length} node{(others.Length == 1 ? "" : "s")}, {string.Join(", ", reasons)}.";
    }

    public async Task<SlotGrant?> AcquireAsync(SlotRequest request, TimeSpan wait, CancellationToken cancellationToken)
    {
        var waiter = new SlotWaiter(request, _clock.Now - request.Waited);
        _waiters.Insert(_waiters.FindLastIndex(other => other.Since <= waiter.Since) + 1, waiter);
        Serve();
        var granted = waiter.Granted.Task;
        try
        {
            if (!granted.IsCompleted)
            {
                await Pause.ForAsync(wait < MostWait ? wait : MostWait, granted, time, cancellationToken);
            }

            return granted.IsCompleted ? await granted : null;
        }
        catch (OperationCanceledException) when (granted.IsCompleted)
        {
            Release(await granted);
            throw;
        }
        finally
        {
            // Its reservation stays for a while: a caller that still wants it repeats the request at once, and says how long it has waited.
            if (!granted.IsCompleted)
            {
                _waiters.Remove(waiter);
            }
        }
    }

    private static string WhyNot(NodeRecord node, bool isUsable, SlotRequest request) => node switch
    {
        _ when node.Status.IsDraining => "being drained",
        _ when node.Status.IsCordoned => "cordoned",
        _ when !isUsable => "silent",
        _ when node.Lack(request) is { } lack => lack.Words,
        _ when !node.HasVersions(request) => $"of another version ({node.Status.Versions} where the job was made for {request.Versions})",
        _ when node.IsLeftOut(request) => "excluded after failing the job's work repeatedly",
        _ => "with devices that fail",
    };

    // A grant that its node does not know after this time never arrived there.
    private TimeSpan GrantGrace => 5 * options.AnnounceEvery;

    private TimeSpan ForgottenAfter => 30 * options.AnnounceEvery;

    private bool IsSuspect(NodeRecord node, DateTimeOffset now) => now - node.SeenAt > 3 * options.AnnounceEvery;

    // Among requests with equal needs, one that cannot be served stands for all.
    private void Serve()
    {
        if (_waiters.Count == 0)
        {
            return;
        }

        var now = _clock.Now;
        var usable = Usable(now);
        if (Array.TrueForAll(usable, node => node.Free == 0) && !_waiters.Exists(waiter => waiter.Request.Alone))
        {
            // Thousands may wait, and each repeats its request every few seconds; only those that need a whole node reserve a busy one.
            return;
        }

        _hopeless.Clear();
        Count();
        while (Next() is { } waiter)
        {
            if (!HasToSpare(usable, waiter.Request.Rank))
            {
                // All remaining ones want spare slots, and no fewer of them.
                break;
            }

            if ((waiter.Request.Alone ? TryServeAlone(waiter, usable, now) : TryServeAny(waiter, usable)) is { } node)
            {
                Grant(waiter, node, now);
                _waiters.Remove(waiter);
                Hold(waiter.Request.Job, waiter.Request.Tenant);
            }
            else
            {
                _hopeless.Add(Kind(waiter.Request));
            }
        }
    }

    // Each job has its own exclusions.
    private static (string Versions, string Needs, bool Alone, int Rank, string Job) Kind(SlotRequest request) => (
        request.Versions,
        request.Needs?.Key ?? string.Empty,
        request.Alone,
        request.Rank,
        request.Alone || request.Excluded is { Length: > 0 } || request.Slow is { Length: > 0 } || request.Beside is not null
            ? $"{request.Job} {string.Join(' ', request.Excluded ?? [])} {string.Join(' ', request.Slow ?? [])}"
                + $" {string.Join(' ', request.Beside ?? [])}"
            : string.Empty);

    private NodeRecord[] Usable(DateTimeOffset now)
    {
        foreach (var gone in _nodes.Values.Where(node => now - node.SeenAt >= ForgottenAfter).ToArray())
        {
            _nodes.Remove(gone.Status.Id);
        }

        foreach (var node in _nodes.Values)
        {
            node.Look(now);
        }

        return [.. _nodes.Values.Where(node => IsOpen(node) && !IsSuspect(node, now))];
    }

    // A quarter is free; for speculative work, a quarter besides the slot itself.
    private static bool HasToSpare(NodeRecord[] usable, int rank) =>
        rank == 0 || 4 * (usable.Sum(node => node.Free) - (rank - 1)) >= usable.Sum(node => node.Slots.Count);

    private static bool IsOpen(NodeRecord node) => node.Status is { IsDraining: false, IsCordoned: false };

    private SlotWaiter? Next()
    {
        SlotWaiter? best = null;
        var fewest = (Rank: int.MaxValue, OfTenant: int.MaxValue, TurnOfTenant: long.MaxValue, Held: int.MaxValue, Turn: long.MaxValue);
        foreach (var waiter in _waiters)
        {
            // Waiters are in the order of their first requests, so among equals the first one is the oldest.
            var (job, tenant) = (waiter.Request.Job, waiter.Request.Tenant);
            var held = (
                waiter.Request.Rank,
                _heldByTenant.GetValueOrDefault(tenant),
                _turnsOfTenants.LastOf(tenant),
                _held.GetValueOrDefault(job),
                _turns.LastOf(job));
            if (held.CompareTo(fewest) < 0 && !_hopeless.Contains(Kind(waiter.Request)))
            {
                (best, fewest) = (waiter, held);
            }
        }

        return best;
    }

    private void Count()
    {
        _held.Clear();
        _heldByTenant.Clear();
        foreach (var slot in _nodes.Values.SelectMany(node => node.Slots))
        {
            if (slot is { Job: { } job, Tenant: { } tenant })
            {
                Hold(job, tenant);
            }
        }
    }

    private void Hold(string job, string tenant)
    {
        _held[job] = _held.GetValueOrDefault(job) + 1;
        _heldByTenant[tenant] = _heldByTenant.GetValueOrDefault(tenant) + 1;
    }

    // What slows work there may be the machine, with all its nodes.
    private bool IsBeside(NodeRecord node, string other) => string.Equals(node.Status.Id, other, StringComparison.Ordinal)
        || (node.Status.Machine.Length > 0
            && string.Equals(_nodes.GetValueOrDefault(other)?.Status.Machine, node.Status.Machine, StringComparison.Ordinal));

    private NodeRecord? TryServeAny(SlotWaiter waiter, NodeRecord[] usable)
    {
        if (waiter.Request.Beside is { } beside)
        {
            usable = Array.FindAll(usable, node => !Array.Exists(beside, other => IsBeside(node, other)));
        }

        NodeRecord? best = null;
        var bestRank = (Slot: (IsQuick: false, IsUntried: false, IsPreferred: false), Holds: false, Free: 0);
        var waitsForQuick = waiter.Request.Slow is { Length: > 0 } && Array.Exists(usable, node => node.HasQuick(waiter.Request));
        foreach (var node in usable)
        {
            if (node.ReservedFor is not null
                || node.RunsAlone
                || !node.Suits(waiter.Request)
                || node.BestFree(waiter.Request) is not { } slot
                || (waitsForQuick && node.IsSlow(slot, waiter.Request)))
            {
                continue;
            }

            var rank = (
                Slot: node.Rank(slot, waiter.Request),
                Holds: waiter.Request.Affinity.Length > 0 && node.Status.Holds.Contains(waiter.Request.Affinity, StringComparer.Ordinal),
                node.Free);
            if (best is null || rank.CompareTo(bestRank) > 0)
            {
                (best, bestRank) = (node, rank);
            }
        }

        return best;
    }

    // A node is kept free for it until everything that runs there has ended.
    private NodeRecord? TryServeAlone(SlotWaiter waiter, NodeRecord[] usable, DateTimeOffset now)
    {
        var job = waiter.Request.Job;
        var fitting = usable.Where(node => !node.RunsAlone && node.Suits(waiter.Request)).ToArray();
        var node = Array.Find(fitting, node => string.Equals(node.ReservedFor, job, StringComparison.Ordinal))
            ?? fitting.Where(node => node.ReservedFor is null).MinBy(node => node.Slots.Count - node.Free);
        if (node is null || node.Free == node.Slots.Count)
        {
            node?.Unreserve();
            return node;
        }

        node.Reserve(job, now + (2 * options.LongestWait));
        return null;
    }

    private void Grant(SlotWaiter waiter, NodeRecord node, DateTimeOffset now)
    {
        var slot = node.BestFree(waiter.Request)!;
        // The time distinguishes this directory's numbers from those of a lost one.
        string id = $"{now.ToUnixTimeMilliseconds():x}-{_grants++:x}";
        var (job, tenant) = (waiter.Request.Job, waiter.Request.Tenant);
        var grant = new SlotGrant(id, node.Status.Id, slot.Index, slot.Device, waiter.Request.Alone, tenant);
        slot.Take(grant.Id, job, tenant, waiter.Request.Alone, now);
        _turns.Took(job);
        _turnsOfTenants.Took(tenant);
        waiter.Granted.SetResult(grant);
    }
}
