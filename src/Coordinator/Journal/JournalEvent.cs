using System.Text.Json.Serialization;

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
