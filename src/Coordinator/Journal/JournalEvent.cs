namespace Cluster.Coordinator.Journal;

/// <summary>An event of a job; a closed set. The whole knowledge of the search is a fold over these.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(JobSubmitted), "job.submitted")]
[JsonDerivedType(typeof(RoundProposed), "round.proposed")]
[JsonDerivedType(typeof(ItemCompleted), "item.completed")]
[JsonDerivedType(typeof(ItemFailed), "item.failed")]
[JsonDerivedType(typeof(AttemptStarted), "attempt.started")]
[JsonDerivedType(typeof(AttemptFailed), "attempt.failed")]
[JsonDerivedType(typeof(WinnerSelected), "winner.selected")]
[JsonDerivedType(typeof(SearchStopped), "search.stopped")]
[JsonDerivedType(typeof(SearchContinued), "search.continued")]
[JsonDerivedType(typeof(SearchRetimed), "search.retimed")]
[JsonDerivedType(typeof(StepCompleted), "step.completed")]
[JsonDerivedType(typeof(StepFailed), "step.failed")]
[JsonDerivedType(typeof(ArtefactPublished), "artefact.published")]
[JsonDerivedType(typeof(JobCompleted), "job.completed")]
[JsonDerivedType(typeof(PauseRequested), "job.pauseRequested")]
[JsonDerivedType(typeof(JobPaused), "job.paused")]
[JsonDerivedType(typeof(JobResumed), "job.resumed")]
[JsonDerivedType(typeof(StopRequested), "job.stopRequested")]
[JsonDerivedType(typeof(LabelsAwaited), "labels.awaited")]
[JsonDerivedType(typeof(LabelsGiven), "labels.given")]
[JsonDerivedType(typeof(JobUnschedulable), "job.unschedulable")]
[JsonDerivedType(typeof(JobSchedulable), "job.schedulable")]
[JsonDerivedType(typeof(JobSuspended), "job.suspended")]
[JsonDerivedType(typeof(JobRetried), "job.retried")]
[JsonDerivedType(typeof(CancelRequested), "job.cancelRequested")]
[JsonDerivedType(typeof(JobCancelled), "job.cancelled")]
[JsonDerivedType(typeof(JobFailed), "job.failed")]
public abstract record JournalEvent;

/// <summary>An event at its position in the journal.</summary>
/// <param name="Number">Its number in the journal, from 0.</param>
/// <param name="Owner">The fencing token of the owner that wrote it.</param>
/// <param name="At">When it was written; for people and timings, never read by decisions.</param>
/// <param name="Event">The event.</param>
public sealed record JournalRecord(long Number, long Owner, DateTimeOffset At, JournalEvent Event);
