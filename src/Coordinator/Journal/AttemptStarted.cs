namespace Cluster.Coordinator.Journal;

/// <summary>A try at an item is about to begin on a host; written before it does, so that no loss of a host goes unnoticed. No decision of the search reads it.</summary>
/// <param name="Sequence">The item's number.</param>
/// <param name="Attempt">The try's number for this item, from 1.</param>
/// <param name="Node">The host.</param>
/// <param name="Slot">The device slot there, such as "cpu:0".</param>
/// <param name="Alone">Whether it runs alone on that host.</param>
public sealed record AttemptStarted(int Sequence, int Attempt, string Node, string Slot, bool Alone = false) : JournalEvent;
