namespace Cluster.Coordinator.Work;

/// <summary>A file of a job's result.</summary>
/// <param name="Name">Its role, such as "winner.qdq.onnx".</param>
/// <param name="Sha256">Digest of its bytes.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record PublishedArtefact(string Name, string Sha256, long SizeBytes);

/// <summary>The files of a job's result, all in the artefact store.</summary>
/// <param name="Artefacts">One per file, in the order of publishing.</param>
public sealed record PublishResult(IReadOnlyList<PublishedArtefact> Artefacts) : WorkResult;
