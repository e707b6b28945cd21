namespace Cluster.Coordinator.Journal;

/// <summary>
/// The job is to end with the best that was found. What was proposed and has no result is not done; what follows is the little that every
/// answer needs. The clock that led to it is the runner's: decisions read this event alone.
/// </summary>
/// <param name="Reason">Why, as half a sentence: "its 10 minutes are over".</param>
/// <param name="MaxMinutes">The minutes that were over; null where the job was asked to stop.</param>
public sealed record SearchStopped(string Reason, double? MaxMinutes = null) : JournalEvent;

/// <summary>
/// A job whose minutes were over goes on with more. Its journal is that up to the stop, so that it decides as if it had never been stopped.
/// </summary>
/// <param name="MaxMinutes">The minutes that it has in all now; null: as many as it takes.</param>
public sealed record SearchContinued(double? MaxMinutes) : JournalEvent;
