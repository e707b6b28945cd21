namespace Cluster.Grains.Nodes;

/// <summary>
/// This silo's slots: which of them are busy, and with what. Lives as long as the process, unlike activations of grains. Thread-safe.
/// </summary>
internal sealed class LocalNode(INodeHost host, GrainOptions options, TimeProvider time)
{
    // Why it does not take an assignment.
    public const string Busy = "the slot works on something else";
    public const string Draining = "it takes nothing new";

    // Faults of a device in a row from which on its slot is left out.
    private const int FaultsAllowed = 2;

    private readonly Lock _gate = new();
    private readonly DateTimeOffset _startedAt = time.GetUtcNow();
    private readonly SlotStatus[] _slots = [.. host.Slots];

    // An error of a device says nothing about the work: a slot is left out for it, not the work.
    private readonly Exclusion[] _devices = [.. host.Slots.Select(_ => new Exclusion(FaultsAllowed, options, time))];
    private bool _cordoned;
    private bool _draining;
    private TaskCompletionSource? _idle;

    public string Id => host.Id;

    public NodeStatus Status
    {
        get
        {
            lock (_gate)
            {
                return new NodeStatus
                {
                    Id = host.Id,
                    Version = host.Version,
                    StartedAt = _startedAt,
                    IsDraining = _draining,
                    IsCordoned = _cordoned,
                    Slots = [.. _slots.Zip(_devices, Show)],
                    Holds = host.Holds,
                    Versions = host.Versions,
                    Machine = host.Machine,
                };
            }
        }
    }

    /// <summary>Takes a slot for an assignment; taking it again for the same one changes nothing.</summary>
    /// <returns>Why it is refused, or null: ask for another slot.</returns>
    public string? TryOccupy(Assignment assignment)
    {
        lock (_gate)
        {
            var grant = assignment.Grant;
            if (grant.Slot >= _slots.Length)
            {
                return Busy;
            }

            ref var slot = ref _slots[grant.Slot];
            if (string.Equals(slot.Grant, grant.Id, StringComparison.Ordinal))
            {
                return null;
            }

            if (_draining || _cordoned)
            {
                return Draining;
            }

            if (slot.Grant is not null)
            {
                return Busy;
            }

            slot = slot with
            {
                Grant = grant.Id,
                Job = assignment.Job,
                Sequence = assignment.Sequence,
                Since = time.GetUtcNow(),
                Alone = grant.Alone,
                Tenant = grant.Tenant
            };
            return null;
        }
    }

    public void Free(SlotGrant grant)
    {
        TaskCompletionSource? idle = null;
        lock (_gate)
        {
            ref var slot = ref _slots[grant.Slot];
            if (string.Equals(slot.Grant, grant.Id, StringComparison.Ordinal))
            {
                slot = slot with { Grant = null, Job = null, Sequence = null, Since = null, Alone = false, Tenant = null };
            }

            idle = Array.TrueForAll(_slots, other => other.Grant is null) ? _idle : null;
        }

        idle?.TrySetResult();
    }

    /// <summary>Records how work on a slot ended.</summary>
    /// <param name="deviceProblem">The fault of its device, or null.</param>
    /// <returns>Whether the slot is now excluded.</returns>
    public bool Record(int slot, string? deviceProblem)
    {
        lock (_gate)
        {
            return _devices[slot].Record(deviceProblem);
        }
    }

    /// <summary>Stops or resumes accepting new work; running work continues.</summary>
    public void Cordon(bool isCordoned)
    {
        lock (_gate)
        {
            _cordoned = isCordoned;
        }
    }

    /// <summary>Stops accepting new work; completes when nothing runs any more.</summary>
    public Task DrainAsync()
    {
        lock (_gate)
        {
            _draining = true;
            return IdleAsync();
        }
    }

    /// <summary>Completes as soon as nothing runs.</summary>
    public Task IdleAsync()
    {
        lock (_gate)
        {
            if (_idle is null or { Task.IsCompleted: true })
            {
                _idle = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }

            if (Array.TrueForAll(_slots, slot => slot.Grant is null))
            {
                _idle.TrySetResult();
            }

            return _idle.Task;
        }
    }

    private static SlotStatus Show(SlotStatus slot, Exclusion device) =>
        slot with { IsExcluded = device.IsNow, Problem = device.Problem ?? slot.Problem };
}
