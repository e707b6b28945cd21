using Cluster.Coordinator.Journal;
using Cluster.Coordinator.Model;
using Cluster.Coordinator.Work;
using Cluster.Grains.Contracts;

namespace Cluster.Grains.Ports;

/// <summary>What a silo does work with: its device slots. Implemented by the program.</summary>
public interface INodeHost
{
    /// <summary>The node's id: unique for each start of the program.</summary>
    string Id { get; }

    /// <summary>Version of the program.</summary>
    string Version { get; }

    /// <summary>What computes results here (<see cref="NodeStatus.VersionsOf"/>); empty: it is not looked at.</summary>
    string Versions => string.Empty;

    /// <summary>The slots, by index: device and class.</summary>
    IReadOnlyList<SlotStatus> Slots { get; }

    /// <summary>What is held ready in this silo; see <see cref="SlotRequest.Affinity"/>.</summary>
    IReadOnlyList<string> Holds { get; }

    /// <summary>
    /// Reads and checks the files of a job (<see cref="PrepareItem"/>), beside what the slots do; never called where there are none.
    /// </summary>
    Task<WorkResult> PrepareAsync(JobEntry job, CancellationToken cancellationToken) =>
        throw new NotSupportedException("This node reads no files.");

    /// <summary>Measures an item on a slot; never called for a slot that is at work. Expected failures are results.</summary>
    /// <param name="slot">The slot's index.</param>
    /// <param name="job">The job that the item belongs to.</param>
    /// <param name="item">What to do.</param>
    /// <param name="journal">The job's journal where its files are made (<see cref="PublishItem"/>), otherwise empty.</param>
    /// <param name="cancellationToken">Stops it.</param>
    Task<WorkResult> ExecuteAsync(
        int slot, JobEntry job, WorkItem item, IReadOnlyList<JournalRecord> journal, CancellationToken cancellationToken);
}
