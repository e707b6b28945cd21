namespace Cluster.Coordinator.Journal;

/// <summary>A file of the result exists.</summary>
/// <param name="Name">Its role, such as "winner.qdq.onnx".</param>
/// <param name="Sha256">Digest of its bytes.</param>
/// <param name="SizeBytes">Its size.</param>
public sealed record ArtefactPublished(string Name, string Sha256, long SizeBytes) : JournalEvent;
