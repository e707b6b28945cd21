namespace Cluster.Coordinator.Results;

/// <summary>A file.</summary>
/// <param name="Path">Where it lies, relative to the result; absent where only its digest was kept.</param>
/// <param name="Sha256">Digest of its bytes.</param>
public sealed record ResultArtefact(string? Path, string Sha256);
