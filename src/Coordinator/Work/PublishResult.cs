using Cluster.Coordinator.Journal;

namespace Cluster.Coordinator.Work;

/// <summary>The files of a job's result, all in the artefact store.</summary>
/// <param name="Artefacts">One per file, in the order of publishing.</param>
public sealed record PublishResult(IReadOnlyList<ArtefactPublished> Artefacts) : WorkResult;
