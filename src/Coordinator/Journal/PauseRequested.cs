namespace Cluster.Coordinator.Journal;

/// <summary>Nothing new is to be begun.</summary>
public sealed record PauseRequested : JournalEvent;
