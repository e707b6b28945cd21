namespace Cluster.Coordinator.Journal;

/// <summary>The job is over and its files are published; always the last event.</summary>
/// <param name="PlanDigest">The winner.</param>
public sealed record JobCompleted(string PlanDigest) : JournalEvent;
