namespace Cluster.Coordinator.Journal;

/// <summary>The job is over, for a reason that running it again would not change.</summary>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record JobFailed(string Reason) : JournalEvent;
