namespace Cluster.Coordinator.Journal;

/// <summary>The job shall end without a result; running work is stopped.</summary>
/// <param name="Reason">Why, for people.</param>
public sealed record CancelRequested(string Reason) : JournalEvent;

/// <summary>The job has ended, by request; its findings stay.</summary>
public sealed record JobCancelled : JournalEvent;

/// <summary>The search shall end with the best plan found so far; running work is stopped, and nothing is learned after it.</summary>
/// <param name="Reason">Why, for people.</param>
public sealed record StopRequested(string Reason) : JournalEvent;

/// <summary>No new work shall start.</summary>
public sealed record PauseRequested : JournalEvent;

/// <summary>The work that ran when a pause was requested has ended.</summary>
public sealed record JobPaused : JournalEvent;

/// <summary>A requested or reached pause, or a suspension, is ended by request.</summary>
public sealed record JobResumed : JournalEvent;

/// <summary>The coordination of the job, or its client, met a fault; nothing runs until the retry or a resumption.</summary>
/// <param name="Reason">What happened, in a sentence.</param>
/// <param name="RetryAt">When it is retried automatically, in whole milliseconds; null: not before it is resumed.</param>
/// <param name="Times">Suspensions since the job last made progress, this one included; the wait doubles with each.</param>
public sealed record JobSuspended(string Reason, DateTimeOffset? RetryAt, int Times) : JournalEvent;

/// <summary>The job has done what it can without labels; it waits for a person.</summary>
/// <param name="Images">Indices of the evaluation images whose labels it asks for.</param>
public sealed record LabelsAwaited(IReadOnlyList<int> Images) : JournalEvent;

/// <summary>A person gave labels.</summary>
/// <param name="Images">Indices of evaluation images.</param>
/// <param name="Labels">The class of each, or <see cref="Work.LabelResult.Unknown"/>.</param>
public sealed record LabelsGiven(IReadOnlyList<int> Images, IReadOnlyList<int> Labels) : JournalEvent;

/// <summary>No node of the cluster could do the job's work; it waits for one.</summary>
/// <param name="Reason">Why, in a sentence.</param>
public sealed record JobUnschedulable(string Reason) : JournalEvent;

/// <summary>A node can do the job's work again.</summary>
public sealed record JobSchedulable : JournalEvent;

/// <summary>A suspended job is retried at its scheduled time.</summary>
public sealed record JobRetried : JournalEvent;

/// <summary>The job has ended, for a reason that another run would not change.</summary>
/// <param name="Reason">Why, in a sentence.</param>
/// <param name="FailsOn">What the request fails on.</param>
public sealed record JobFailed(string Reason, JobFault FailsOn = JobFault.Content) : JournalEvent;

/// <summary>The job has ended and its files are published; always the last event.</summary>
/// <param name="PlanDigest">The winner.</param>
public sealed record JobCompleted(string PlanDigest) : JournalEvent;
