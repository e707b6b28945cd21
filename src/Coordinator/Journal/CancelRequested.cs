namespace Cluster.Coordinator.Journal;

/// <summary>The job is to end without a result; what runs is to be stopped.</summary>
/// <param name="Reason">Why, for people.</param>
public sealed record CancelRequested(string Reason) : JournalEvent;
