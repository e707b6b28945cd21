namespace Cluster.Coordinator.Journal;

/// <summary>An event in its place.</summary>
/// <param name="Number">Its number in the journal, from 0.</param>
/// <param name="Owner">The fencing token of the owner that wrote it.</param>
/// <param name="At">When it was written; for people and timings, no decision reads it.</param>
/// <param name="Event">What happened.</param>
public sealed record JournalRecord(long Number, long Owner, DateTimeOffset At, JournalEvent Event);
