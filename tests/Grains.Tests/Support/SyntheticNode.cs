namespace Cluster.Grains.Tests.Support;

/// <summary>A node whose work is answered from a synthetic network; <c>intercept</c> may answer, wait or fail instead.</summary>
internal sealed class SyntheticNode(
    SyntheticNetwork network,
    int slots,
    Func<WorkItem, CancellationToken, Task<WorkResult?>>? intercept = null) : INodeHost
{
    private readonly int[] _busy = new int[slots];

    public ConcurrentQueue<WorkItem> Done { get; } = new();

    /// <summary>Publishes instead of the node.</summary>
    public Func<CancellationToken, Task<WorkResult>>? Publish { get; init; }

    /// <summary>Reads the files of new jobs.</summary>
    public Func<JobEntry, CancellationToken, Task<WorkResult>>? Prepare { get; init; }

    /// <summary>The devices of slots that read files of new jobs.</summary>
    public ConcurrentQueue<string> Prepared { get; } = new();

    /// <summary>Slots that were given two items at once; must stay empty.</summary>
    public ConcurrentQueue<int> Overlaps { get; } = new();

    /// <summary>Every item with the slot's device that was given it.</summary>
    public ConcurrentQueue<(string Device, WorkItem Item)> Given { get; } = new();

    /// <summary>Answers for a device, or leaves the answer to the others.</summary>
    public Func<string, WorkItem, WorkResult?>? OnDevice { get; init; }

    public string Id { get; init; } = "node-1";

    public string Version => "1";

    public IReadOnlyList<SlotStatus> Slots { get; init; } =
        [.. Enumerable.Range(0, slots).Select(i => new SlotStatus
        {
            Device = $"cpu:{i}", DeviceClass = "none", Host = "none", Targets = [new JobOptions().Target],
        })];

    public IReadOnlyList<string> Holds => [];

    public Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken) => AloneAsync(
        slot,
        async () =>
        {
            if (item is PrepareItem)
            {
                Prepared.Enqueue(Slots[slot].Device);
                return await Prepare!(job, cancellationToken);
            }

            if (item is PublishItem)
            {
                return Publish is null ? new PublishedResult([Winner(journal)]) : await Publish(cancellationToken);
            }

            Done.Enqueue(item);
            Given.Enqueue((Slots[slot].Device, item));
            return OnDevice?.Invoke(Slots[slot].Device, item) is { } told
                ? told
                : intercept is not null && await intercept(item, cancellationToken) is { } answer ? answer : network.Evaluate(item);
        });

    private static PublishedArtefact Winner(IReadOnlyList<JournalRecord> records) =>
        new("winner.qdq.onnx", JobState.Fold(records.Select(record => record.Event))!.Winner!.Plan.Digest, records.Count);

    private async Task<T> AloneAsync<T>(int slot, Func<Task<T>> work)
    {
        if (Interlocked.Increment(ref _busy[slot]) > 1)
        {
            Overlaps.Enqueue(slot);
        }

        try
        {
            return await work();
        }
        finally
        {
            Interlocked.Decrement(ref _busy[slot]);
        }
    }
}
