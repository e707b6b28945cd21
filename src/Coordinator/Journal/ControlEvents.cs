namespace Cluster.Coordinator.Journal;

/// <summary>The job is to end without a result; what runs is to be stopped.</summary>
/// <param name="Reason">Why, for people.</param>
public sealed record CancelRequested(string Reason) : JournalEvent;

/// <summary>The job is over, by request; what was found stays.</summary>
public sealed record JobCancelled : JournalEvent;

/// <summary>The search is to end with the best that it has found; what runs is to be stopped, and nothing is learned after it.</summary>
/// <param name="Reason">Why, for people.</param>
public sealed record StopRequested(string Reason) : JournalEvent;

/// <summary>Nothing new is to be begun.</summary>
public sealed record PauseRequested : JournalEvent;

/// <summary>What ran when a pause was requested has ended.</summary>
public sealed record JobPaused : JournalEvent;

/// <summary>A pause, requested or reached, or a suspension is over, by request.</summary>
public sealed record JobResumed : JournalEvent;

/// <summary>What coordinates the job met a fault that is not the job's; nothing runs until it is tried again.</summary>
/// <param name="Reason">What happened, in a sentence.</param>
/// <param name="RetryAt">When it is tried again by itself, in whole milliseconds.</param>
/// <param name="Times">Suspensions since the job last got on, this one included; the wait doubles with each.</param>
public sealed record JobSuspended(string Reason, DateTimeOffset RetryAt, int Times) : JournalEvent;

/// <summary>No node of the cluster could do the job's work; it waits for one.</summary>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record JobUnschedulable(string Reason) : JournalEvent;

/// <summary>A node can do the job's work again.</summary>
public sealed record JobSchedulable : JournalEvent;

/// <summary>A suspended job is tried again, since its time has come.</summary>
public sealed record JobRetried : JournalEvent;

/// <summary>The job is over, for a reason that running it again would not change.</summary>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record JobFailed(string Reason) : JournalEvent;

/// <summary>The job is over and its files are published; always the last event.</summary>
/// <param name="PlanDigest">The winner.</param>
public sealed record JobCompleted(string PlanDigest) : JournalEvent;
