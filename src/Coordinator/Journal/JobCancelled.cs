namespace Cluster.Coordinator.Journal;

/// <summary>The job is over, by request; what was found stays.</summary>
public sealed record JobCancelled : JournalEvent;
