namespace Cluster.Coordinator.Journal;

/// <summary>The job is to end without a result; what runs is to be stopped.</summary>
/// <param name="Reason">Why, for people.</param>
public sealed record CancelRequested(string Reason) : JournalEvent;

/// <summary>The job is over, by request; what was found stays.</summary>
public sealed record JobCancelled : JournalEvent;

/// <summary>Nothing new is to be begun.</summary>
public sealed record PauseRequested : JournalEvent;

/// <summary>What ran when a pause was requested has ended.</summary>
public sealed record JobPaused : JournalEvent;

/// <summary>A pause, requested or reached, is over.</summary>
public sealed record JobResumed : JournalEvent;

/// <summary>The job is over, for a reason that running it again would not change.</summary>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record JobFailed(string Reason) : JournalEvent;

/// <summary>The job is over and its files are published; always the last event.</summary>
/// <param name="PlanDigest">The winner.</param>
public sealed record JobCompleted(string PlanDigest) : JournalEvent;
