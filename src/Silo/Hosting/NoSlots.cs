namespace Cluster.Silo.Hosting;

/// <summary>The node of a silo that only coordinates: it has no slots, and is never announced.</summary>
internal sealed class NoSlots(string id) : INodeHost
{
    public string Id => id;

    public string Version => ClusterTracing.Version;

    public IReadOnlyList<SlotStatus> Slots => [];

    public IReadOnlyList<string> Holds => [];

    public Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken) =>
        throw new NotSupportedException("This silo has no slots.");
}
