namespace Cluster.Coordinator.Journal;

/// <summary>
/// The job is to end with the best that was found. What was proposed and has no result is not done; what follows is the little that every
/// answer needs. The clock that led to it is the runner's: decisions read this event alone.
/// </summary>
/// <param name="Reason">Why, as half a sentence: "its 10 minutes are over".</param>
public sealed record SearchStopped(string Reason) : JournalEvent;
