namespace Cluster.Coordinator.Journal;

/// <summary>An event at its position in the journal.</summary>
/// <param name="Number">Its number in the journal, from 0.</param>
/// <param name="Owner">The fencing token of the owner that wrote it.</param>
/// <param name="At">When it was written; for people and timings, never read by decisions.</param>
/// <param name="Event">The event.</param>
public sealed record JournalRecord(long Number, long Owner, DateTimeOffset At, JournalEvent Event);
