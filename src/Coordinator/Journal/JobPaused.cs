namespace Cluster.Coordinator.Journal;

/// <summary>What ran when a pause was requested has ended.</summary>
public sealed record JobPaused : JournalEvent;
