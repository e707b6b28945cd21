namespace Cluster.Grains.Nodes;

/// <summary>A node in the directory.</summary>
internal sealed class NodeRecord(NodeStatus status)
{
    public NodeStatus Status { get; private set; } = status;

    public DateTimeOffset SeenAt { get; private set; }

    public IReadOnlyList<SlotRecord> Slots { get; } =
        [.. status.Slots.Select((slot, i) => new SlotRecord(i, slot))];

    /// <summary>The job that waits for this node to have no other work, or null.</summary>
    public string? ReservedFor { get; private set; }

    private DateTimeOffset _reservedUntil;

    /// <summary>Keeps the node free for a job; must be repeated, like requests.</summary>
    public void Reserve(string job, DateTimeOffset until)
    {
        ReservedFor = job;
        _reservedUntil = until;
    }

    public void Unreserve() => ReservedFor = null;

    /// <summary>Drops a reservation that was not repeated.</summary>
    public void Look(DateTimeOffset now)
    {
        if (_reservedUntil < now)
        {
            ReservedFor = null;
        }
    }

    public int Free => Slots.Count(slot => slot.Grant is null);

    /// <summary>Whether its running work must be alone.</summary>
    public bool RunsAlone => Slots.Any(slot => slot is { Grant: not null, Alone: true });

    public void Update(NodeStatus status, DateTimeOffset now, TimeSpan grace)
    {
        Status = status;
        SeenAt = now;
        for (var i = 0; i < Math.Min(Slots.Count, status.Slots.Count); i++)
        {
            Slots[i].Update(status.Slots[i], now, grace);
            Slots[i].IsExcluded = status.Slots[i].IsExcluded;
        }
    }

    public bool Release(SlotGrant grant) => grant.Slot < Slots.Count && Slots[grant.Slot].Release(grant.Id);

    /// <summary>Whether a request can be served here, once a slot is free.</summary>
    public bool Suits(SlotRequest request) => HasVersions(request) && !IsLeftOut(request) && Slots.Any(slot => Fits(slot, request));

    public bool HasVersions(SlotRequest request) =>
        request.Versions.Length == 0
            || Status.Versions.Length == 0
            || string.Equals(Status.Versions, request.Versions, StringComparison.Ordinal);

    public bool IsLeftOut(SlotRequest request) => request.Excluded?.Contains(Status.Id, StringComparer.Ordinal) == true;

    /// <summary>What the best slot lacks for a request; null if one lacks nothing, even if excluded.</summary>
    public SlotLack? Lack(SlotRequest request) => Slots
        .Select(slot => SlotMatch.Lack(slot.Offered, request))
        .OrderByDescending(lack => lack?.Step ?? int.MaxValue)
        .FirstOrDefault();

    /// <summary>The best free slot for a request, or null.</summary>
    public SlotRecord? BestFree(SlotRequest request) => Slots
        .Where(slot => slot.Grant is null && Fits(slot, request))
        .OrderByDescending(slot => Rank(slot, request))
        .FirstOrDefault();

    /// <summary>Whether a request can be served here by a slot that is not slow, once that is free.</summary>
    public bool HasQuick(SlotRequest request) => Suits(request) && Slots.Any(slot => Fits(slot, request) && !IsSlow(slot, request));

    public bool IsSlow(SlotRecord slot, SlotRequest request) => IsAmong(request.Slow, slot);

    /// <summary>How well a slot fits: slow ones come last, and before them those whose device failed the work before.</summary>
    public (bool IsQuick, bool IsUntried, bool IsPreferred) Rank(SlotRecord slot, SlotRequest request) => (
        !IsSlow(slot, request),
        !IsAmong(request.Avoided, slot) && request.Avoided?.Contains(Status.Id, StringComparer.Ordinal) != true,
        request.Needs is not { } needs || needs.PrefersOwnDevice == slot.Offered.HasOwnDevice);

    private bool IsAmong(string[]? slots, SlotRecord slot) =>
        slots?.Contains($"{Status.Id}/{slot.Device}", StringComparer.Ordinal) == true;

    private static bool Fits(SlotRecord slot, SlotRequest request) => !slot.IsExcluded && SlotMatch.Lack(slot.Offered, request) is null;
}
