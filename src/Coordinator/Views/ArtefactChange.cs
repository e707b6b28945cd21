namespace Cluster.Coordinator.Views;

/// <summary>A file of the result exists.</summary>
/// <param name="Sequence">See <see cref="JobChange"/>.</param>
/// <param name="At">See <see cref="JobChange"/>.</param>
/// <param name="Artefact">The file.</param>
public sealed record ArtefactChange(long Sequence, DateTimeOffset At, ArtefactPublished Artefact) : JobChange(Sequence, At);
