namespace Cluster.Silo.Hosting;

/// <summary>This silo's slots, each with its own worker.</summary>
internal sealed class SlotHost : INodeHost, IAsyncDisposable
{
    // The number of latest jobs whose data counts as held: workers keep no more of them open.
    private const int Remembered = 4;

    private const string MachineStart = "/proc/sys/kernel/random/boot_id";

    private readonly Lock _gate = new();
    private readonly List<string> _holds = [];
    private readonly ISlotWorker[] _workers;

    /// <param name="id">The node's id.</param>
    /// <param name="slots">Their descriptions, by index.</param>
    /// <param name="versions">Versions of the computing software here.</param>
    /// <param name="worker">Makes the worker of a slot.</param>
    public SlotHost(string id, IReadOnlyList<SlotStatus> slots, EvaluatorVersions versions, Func<SlotStatus, ISlotWorker> worker)
    {
        Id = id;
        Version = versions.Numerics;
        Versions = NodeStatus.VersionsOf(versions);
        Slots = [.. slots];
        _workers = [.. slots.Select(worker)];
    }

    public string Id { get; }

    public string Version { get; }

    public string Versions { get; }

    /// <summary>What all containers of a machine have in common, but not two machines: the number of its last start.</summary>
    public string Machine { get; } =
        File.Exists(MachineStart) ? File.ReadAllText(MachineStart).Trim() : Environment.MachineName;

    public IReadOnlyList<SlotStatus> Slots { get; }

    public IReadOnlyList<string> Holds
    {
        get
        {
            lock (_gate)
            {
                return [.. _holds];
            }
        }
    }

    public async Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken)
    {
        var result = await _workers[slot].ExecuteAsync(job, item, journal, cancellationToken);
        if (result is not FailedResult)
        {
            Remember(JobAffinity.Of(job));
        }

        return result;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
        {
            await worker.DisposeAsync();
        }
    }

    private void Remember(string held)
    {
        lock (_gate)
        {
            _holds.Remove(held);
            _holds.Insert(0, held);
            if (_holds.Count > Remembered)
            {
                _holds.RemoveAt(Remembered);
            }
        }
    }
}
