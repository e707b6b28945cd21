namespace Cluster.Coordinator.Journal;

/// <summary>
/// The job shall end with the best plan found. Proposed items without a result are dropped; only the few that every answer needs still
/// follow. The runner's clock led to it, but decisions read only this event.
/// </summary>
/// <param name="Reason">Why, as half a sentence: "its 10 minutes are over".</param>
/// <param name="MaxMinutes">The elapsed time limit in minutes; null if the job was asked to stop.</param>
public sealed record SearchStopped(string Reason, double? MaxMinutes = null) : JournalEvent;

/// <summary>
/// A stopped job continues with a longer time limit. Its journal is used up to the stop, so that it decides as if it had never stopped.
/// </summary>
/// <param name="MaxMinutes">The new total limit in minutes; null: none.</param>
public sealed record SearchContinued(double? MaxMinutes) : JournalEvent;

/// <summary>
/// A finished job's finalists are timed again, and the winner is selected anew. What its steps found is used again where it is asked for
/// again.
/// </summary>
public sealed record SearchRetimed : JournalEvent;
