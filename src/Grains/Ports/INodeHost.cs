namespace Cluster.Grains.Ports;

/// <summary>The silo's device slots, which do its work. Implemented by the program.</summary>
public interface INodeHost
{
    /// <summary>The node's id: unique for each start of the program.</summary>
    string Id { get; }

    /// <summary>Version of the program.</summary>
    string Version { get; }

    /// <summary>The versions of the computing software here (<see cref="NodeStatus.VersionsOf"/>); empty: not checked.</summary>
    string Versions => string.Empty;

    /// <summary>The same for all nodes that share processors, whatever their containers and names; empty: unknown.</summary>
    string Machine => string.Empty;

    /// <summary>The slots, by index: device and class.</summary>
    IReadOnlyList<SlotStatus> Slots { get; }

    /// <summary>Data held ready in this silo; see <see cref="SlotRequest.Affinity"/>.</summary>
    IReadOnlyList<string> Holds { get; }

    /// <summary>Does an item's work on a slot; never called for a busy slot. Expected failures are results.</summary>
    /// <param name="slot">The slot's index.</param>
    /// <param name="job">The job that the item belongs to.</param>
    /// <param name="item">The work.</param>
    /// <param name="journal">The job's journal if its files are made (<see cref="PublishItem"/>), otherwise empty.</param>
    /// <param name="cancellationToken">Cancels it.</param>
    Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken);
}
