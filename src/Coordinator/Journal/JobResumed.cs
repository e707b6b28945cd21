namespace Cluster.Coordinator.Journal;

/// <summary>A pause, requested or reached, is over.</summary>
public sealed record JobResumed : JournalEvent;
