namespace Cluster.Coordinator.Work;

/// <summary>What became of publishing.</summary>
/// <param name="Artefacts">The files, in the order of publishing; none where it failed.</param>
/// <param name="Failure">Why there are none, or null.</param>
public sealed record Publication(IReadOnlyList<PublishedArtefact> Artefacts, FailedResult? Failure = null)
{
    /// <summary>Publishing that came to nothing.</summary>
    public static Publication Failed(FailureKind kind, string reason) => new([], new FailedResult(kind, reason));
}

/// <summary>A file of a job's result.</summary>
/// <param name="Name">Its role, such as "winner.qdq.onnx".</param>
/// <param name="Sha256">Digest of its bytes.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record PublishedArtefact(string Name, string Sha256, long SizeBytes);
