using System.Text.Json.Serialization;

namespace Cluster.Coordinator.Journal;

/// <summary>What happened to a job; a closed set. Everything that the search knows is a fold over these.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(JobSubmitted), "job.submitted")]
[JsonDerivedType(typeof(RoundProposed), "round.proposed")]
[JsonDerivedType(typeof(ItemCompleted), "item.completed")]
[JsonDerivedType(typeof(ItemFailed), "item.failed")]
[JsonDerivedType(typeof(WinnerSelected), "winner.selected")]
[JsonDerivedType(typeof(ArtefactPublished), "artefact.published")]
[JsonDerivedType(typeof(JobCompleted), "job.completed")]
public abstract record JournalEvent;
